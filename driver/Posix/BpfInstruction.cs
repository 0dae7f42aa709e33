using System.Runtime.InteropServices;

namespace CsiSecrets.Posix;

/// <summary>struct sock_filter: one instruction of classic BPF.</summary>
/// <param name="Code">What to do.</param>
/// <param name="IfTrue">Instructions to skip when a comparison holds.</param>
/// <param name="IfFalse">Instructions to skip when it does not.</param>
/// <param name="Operand">The constant, or the offset to load from.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct BpfInstruction(ushort Code, byte IfTrue, byte IfFalse, uint Operand)
{
    public const ushort LoadWord = 0x20;
    public const ushort JumpIfEqual = 0x15;
    public const ushort JumpIfAtLeast = 0x35;
    public const ushort JumpIfSet = 0x45;
    public const ushort And = 0x54;
    public const ushort Return = 0x06;
}
