using System.Buffers.Binary;
using System.Numerics;

namespace EmbeddedTemporal.Schedules.Spec;

/// <summary>FarmHash's 32-bit fingerprint, which the real server uses for the jitter of schedules and for ramping.</summary>
internal static class FarmHash
{
    private const uint C1 = 0xcc9e2d51;
    private const uint C2 = 0x1b873593;
    private const uint C3 = 0xe6546b64;

    /// <summary>Returns the fingerprint of bytes, which is the same on every machine and in every version.</summary>
    public static uint Fingerprint32(ReadOnlySpan<byte> bytes) => bytes.Length switch
    {
        <= 4 => UpTo4(bytes),
        <= 12 => UpTo12(bytes),
        <= 24 => UpTo24(bytes),
        _ => Longer(bytes),
    };

    private static uint Fetch(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    private static uint Rotate(uint value, int by) => BitOperations.RotateRight(value, by);

    private static uint Mur(uint a, uint h)
    {
        h ^= Rotate(a * C1, 17) * C2;
        return (Rotate(h, 19) * 5) + C3;
    }

    private static uint Mix(uint h)
    {
        h ^= h >> 16;
        h *= 0x85ebca6b;
        h ^= h >> 13;
        h *= 0xc2b2ae35;
        return h ^ (h >> 16);
    }

    private static uint UpTo4(ReadOnlySpan<byte> bytes)
    {
        var (b, c) = (0u, 9u);
        foreach (var item in bytes)
        {
            b = (b * C1) + (uint)(sbyte)item;
            c ^= b;
        }
        return Mix(Mur(b, Mur((uint)bytes.Length, c)));
    }

    private static uint UpTo12(ReadOnlySpan<byte> bytes)
    {
        var length = bytes.Length;
        var a = (uint)length + Fetch(bytes, 0);
        var b = ((uint)length * 5) + Fetch(bytes, length - 4);
        var c = 9 + Fetch(bytes, (length >> 1) & 4);
        return Mix(Mur(c, Mur(b, Mur(a, (uint)length * 5))));
    }

    private static uint UpTo24(ReadOnlySpan<byte> bytes)
    {
        var length = bytes.Length;
        var a = Fetch(bytes, (length >> 1) - 4);
        var b = Fetch(bytes, 4);
        var c = Fetch(bytes, length - 8);
        var d = Fetch(bytes, length >> 1);
        var e = Fetch(bytes, 0);
        var f = Fetch(bytes, length - 4);
        var h = (d * C1) + (uint)length;
        a = Rotate(a, 12) + f;
        h = Mur(c, h) + a;
        a = Rotate(a, 3) + c;
        h = Mur(e, h) + a;
        a = Rotate(a + f, 12) + d;
        h = Mur(b, h) + a;
        return Mix(h);
    }

    private static uint Longer(ReadOnlySpan<byte> bytes)
    {
        var length = bytes.Length;
        var (h, g, f) = Tail(bytes);
        for (var at = 0; at + 20 < length; at += 20)
        {
            var a = Fetch(bytes, at);
            var b = Fetch(bytes, at + 4);
            var c = Fetch(bytes, at + 8);
            var d = Fetch(bytes, at + 12);
            var e = Fetch(bytes, at + 16);
            h += a;
            g += b;
            f += c;
            h = Mur(d, h) + e;
            g = Mur(c, g) + a;
            f = Mur(b + (e * C1), f) + d;
            f += g;
            g += f;
        }
        g = Rotate(Rotate(g, 11) * C1, 17) * C1;
        f = Rotate(Rotate(f, 11) * C1, 17) * C1;
        h = (Rotate(h + g, 19) * 5) + C3;
        h = Rotate(h, 17) * C1;
        h = (Rotate(h + f, 19) * 5) + C3;
        return Rotate(h, 17) * C1;
    }

    private static (uint H, uint G, uint F) Tail(ReadOnlySpan<byte> bytes)
    {
        var length = bytes.Length;
        var h = (uint)length;
        var g = C1 * h;
        var f = g;
        var last = bytes[^20..];
        uint Scrambled(ReadOnlySpan<byte> from, int at) => Rotate(Fetch(from, at) * C1, 17) * C2;
        h = (Rotate(h ^ Scrambled(last, 16), 19) * 5) + C3;
        h = (Rotate(h ^ Scrambled(last, 4), 19) * 5) + C3;
        g = (Rotate(g ^ Scrambled(last, 12), 19) * 5) + C3;
        g = (Rotate(g ^ Scrambled(last, 8), 19) * 5) + C3;
        f = Rotate(f + Scrambled(last, 0), 19) + 113;
        return (h, g, f);
    }
}
