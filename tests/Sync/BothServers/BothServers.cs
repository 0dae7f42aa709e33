using CsiSecrets.Tests.Kube;
using CsiSecrets.Tests.Sync.RealServer;

namespace CsiSecrets.Tests.Sync.BothServers;

public sealed class FakeMatrixTests() : MatrixTests(new FakeControllerSeat());

[Collection(RealServerOfControllers.Name)]
public sealed class RealMatrixTests(RealApiServer server) : MatrixTests(new RealControllerSeat(server));

public sealed class FakeTakeOverTests() : TakeOverTests(new FakeControllerSeat());

[Collection(RealServerOfControllers.Name)]
public sealed class RealTakeOverTests(RealApiServer server) : TakeOverTests(new RealControllerSeat(server));

public sealed class FakePolicyChangeTests() : PolicyChangeTests(new FakeControllerSeat());

[Collection(RealServerOfControllers.Name)]
public sealed class RealPolicyChangeTests(RealApiServer server) : PolicyChangeTests(new RealControllerSeat(server));
