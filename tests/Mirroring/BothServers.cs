using CsiSecrets.Tests.Kube;

namespace CsiSecrets.Tests.Mirroring;

public sealed class FakeApplyTests() : ApplyTests(new FakeSeat());

[Collection(RealSeat.Collection)]
public sealed class RealApplyTests(RealApiServer server) : ApplyTests(new RealSeat(server));

public sealed class FakeUnionTests() : UnionTests(new FakeSeat());

[Collection(RealSeat.Collection)]
public sealed class RealUnionTests(RealApiServer server) : UnionTests(new RealSeat(server));

public sealed class FakeTakeOverTests() : TakeOverTests(new FakeSeat());

[Collection(RealSeat.Collection)]
public sealed class RealTakeOverTests(RealApiServer server) : TakeOverTests(new RealSeat(server));

public sealed class FakeDriftTests() : DriftTests(new FakeSeat());

[Collection(RealSeat.Collection)]
public sealed class RealDriftTests(RealApiServer server) : DriftTests(new RealSeat(server));
