using CsiSecrets.Posix;

namespace CsiSecrets.Tests.Posix;

/// <summary>Runs classic BPF as the kernel does for seccomp, over one struct seccomp_data.</summary>
internal static class BpfMachine
{
    public static uint Run(BpfInstruction[] program, uint architecture, uint number, params ulong[] arguments)
    {
        byte[] data = new byte[64];
        BitConverter.GetBytes(number).CopyTo(data, 0);
        BitConverter.GetBytes(architecture).CopyTo(data, 4);
        for (int i = 0; i < arguments.Length; i++)
        {
            BitConverter.GetBytes(arguments[i]).CopyTo(data, 16 + (8 * i));
        }

        uint accumulator = 0;
        for (int at = 0; ; at++)
        {
            BpfInstruction instruction = program[at];
            switch (instruction.Code)
            {
                case 0x20:
                    accumulator = BitConverter.ToUInt32(data, (int)instruction.Operand);
                    break;
                case 0x54:
                    accumulator &= instruction.Operand;
                    break;
                case 0x15:
                    at += accumulator == instruction.Operand ? instruction.IfTrue : instruction.IfFalse;
                    break;
                case 0x35:
                    at += accumulator >= instruction.Operand ? instruction.IfTrue : instruction.IfFalse;
                    break;
                case 0x45:
                    at += (accumulator & instruction.Operand) != 0 ? instruction.IfTrue : instruction.IfFalse;
                    break;
                case 0x06:
                    return instruction.Operand;
                default:
                    throw new InvalidOperationException($"instruction {instruction.Code:x} is not known here");
            }
        }
    }
}
