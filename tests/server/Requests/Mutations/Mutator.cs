using System.Collections;
using System.Text;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace OrderOrchestration.Tests.Server.Requests.Mutations;

/// <summary>Spoils messages, bytes and texts a little: as a bug of a client, or a bad line, would.</summary>
internal sealed class Mutator(Random random)
{
    private static readonly string[] Texts =
        ["", " ", "\0", "'", "\"", "%", "../..", "주문", new string('x', 1001), new string('x', 100_000), "null", "{}", "-1", "00000000-0000-0000-0000-000000000000", "@every 0s", "* * * * *", "CRON_TZ=Nowhere * * * * *"];

    private static readonly long[] Numbers = [0, 1, -1, int.MaxValue, int.MinValue, long.MaxValue, long.MinValue, 315_576_000_001, -315_576_000_001];

    public bool Coin() => random.Next(2) == 0;

    /// <summary>Changes one field somewhere in the message.</summary>
    public void Spoil(IMessage message)
    {
        var fields = message.Descriptor.Fields.InDeclarationOrder();
        if (fields.Count == 0)
        {
            return;
        }

        var field = fields[random.Next(fields.Count)];
        if (field.IsMap || field.IsRepeated)
        {
            SpoilMany(message, field);
        }
        else if (field.FieldType == FieldType.Message && field.Accessor.GetValue(message) is IMessage inner && random.Next(4) > 0)
        {
            Spoil(inner);
        }
        else if (random.Next(4) == 0)
        {
            field.Accessor.Clear(message);
        }
        else if (Extreme(field) is { } extreme)
        {
            field.Accessor.SetValue(message, extreme);
        }
    }

    /// <summary>Flips, cuts, doubles or inserts bytes.</summary>
    public byte[] Spoil(byte[] bytes)
    {
        var spoilt = bytes.ToList();
        for (var i = random.Next(1, 4); i > 0; i--)
        {
            var at = random.Next(spoilt.Count + 1);
            switch (random.Next(4))
            {
                case 0 when at < spoilt.Count:
                    spoilt[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    spoilt.RemoveRange(at, Math.Min(random.Next(8), spoilt.Count - at));
                    break;
                case 2:
                    spoilt.InsertRange(at, spoilt.Skip(at).Take(random.Next(8)).ToList());
                    break;
                default:
                    spoilt.Insert(at, (byte)random.Next(256));
                    break;
            }
        }

        return [.. spoilt];
    }

    /// <summary>Spoils a text, which stays one that can be sent.</summary>
    public string Spoil(string text) => random.Next(4) == 0
        ? Texts[random.Next(Texts.Length)]
        : Encoding.UTF8.GetString(Spoil(Encoding.UTF8.GetBytes(text)));

    private void SpoilMany(IMessage message, FieldDescriptor field)
    {
        var value = field.Accessor.GetValue(message);
        if (value is IList { Count: > 0 } list)
        {
            var item = list[random.Next(list.Count)];
            if (item is IMessage inner && random.Next(2) == 0)
            {
                Spoil(inner);
            }
            else
            {
                list.Add(item);
            }
        }
        else if (value is IDictionary { Count: > 0 } map && map.Values.OfType<IMessage>().FirstOrDefault() is { } entry)
        {
            Spoil(entry);
        }
        else
        {
            field.Accessor.Clear(message);
        }
    }

    private object? Extreme(FieldDescriptor field)
    {
        var number = Numbers[random.Next(Numbers.Length)];
        return field.FieldType switch
        {
            FieldType.String => Texts[random.Next(Texts.Length)],
            FieldType.Bytes => ByteString.CopyFrom(Spoil(Encoding.UTF8.GetBytes("{\"Kind\":\"w\",\"RunId\":\"\",\"Stamp\":\"\"}"))),
            FieldType.Bool => random.Next(2) == 0,
            FieldType.Double => random.Next(3) switch { 0 => double.NaN, 1 => double.NegativeInfinity, _ => (double)number },
            FieldType.Float => random.Next(2) == 0 ? float.NaN : number,
            FieldType.Int64 or FieldType.SInt64 or FieldType.SFixed64 => number,
            FieldType.UInt64 or FieldType.Fixed64 => unchecked((ulong)number),
            FieldType.UInt32 or FieldType.Fixed32 => unchecked((uint)number),
            FieldType.Enum => Enum.ToObject(field.EnumType.ClrType, unchecked((int)number)),
            FieldType.Message when field.MessageType.File == Google.Protobuf.WellKnownTypes.WrappersReflection.Descriptor => null,
            FieldType.Message => field.MessageType.Parser.ParseFrom(ByteString.Empty),
            _ => unchecked((int)number),
        };
    }
}
