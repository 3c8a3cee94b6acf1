using System.Collections;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace OrderOrchestration.Tests.Server.Requests.Mutations;

/// <summary>Makes messages of any type, filled with values that fit: names that exist where a name is wanted, otherwise something small.</summary>
/// <param name="pool">Values by the name of the field that takes them.</param>
internal sealed class MessageFiller(Random random, IReadOnlyDictionary<string, object> pool)
{
    private const int Depth = 5;

    public IMessage Fill(MessageDescriptor type) => Fill(type, Depth);

    private IMessage Fill(MessageDescriptor type, int depth)
    {
        var message = type.Parser.ParseFrom(ByteString.Empty);
        if (depth == 0)
        {
            return message;
        }

        foreach (var oneof in type.Oneofs)
        {
            FillField(message, oneof.Fields[random.Next(oneof.Fields.Count)], depth);
        }

        foreach (var field in type.Fields.InDeclarationOrder().Where(field => field.ContainingOneof is null && (pool.ContainsKey(field.Name) || random.Next(3) > 0)))
        {
            FillField(message, field, depth);
        }

        return message;
    }

    private void FillField(IMessage message, FieldDescriptor field, int depth)
    {
        if (field.IsMap)
        {
            var (key, value) = (field.MessageType.FindFieldByNumber(1), field.MessageType.FindFieldByNumber(2));
            ((IDictionary)field.Accessor.GetValue(message))[Value(key, depth)] = Value(value, depth - 1);
        }
        else if (field.IsRepeated)
        {
            var list = (IList)field.Accessor.GetValue(message);
            for (var i = random.Next(3); i > 0; i--)
            {
                list.Add(Value(field, depth - 1));
            }
        }
        else
        {
            field.Accessor.SetValue(message, Value(field, depth - 1));
        }
    }

    private object Value(FieldDescriptor field, int depth)
    {
        if (pool.TryGetValue(field.Name, out var known) && Fits(field, known))
        {
            return known;
        }

        return field.FieldType switch
        {
            FieldType.String => $"text-{random.Next(3)}",
            FieldType.Bytes => ByteString.CopyFromUtf8("\"bytes\""),
            FieldType.Bool => random.Next(2) == 0,
            FieldType.Double => random.NextDouble() * 10,
            FieldType.Float => random.NextSingle() * 10,
            FieldType.Int64 or FieldType.SInt64 or FieldType.SFixed64 => (object)(long)random.Next(5),
            FieldType.UInt64 or FieldType.Fixed64 => (ulong)random.Next(5),
            FieldType.UInt32 or FieldType.Fixed32 => (uint)random.Next(5),
            FieldType.Enum => Enum.ToObject(field.EnumType.ClrType, field.EnumType.Values[random.Next(field.EnumType.Values.Count)].Number),
            FieldType.Message or FieldType.Group => Message(field.MessageType, depth),
            _ => random.Next(5),
        };
    }

    /// <summary>A wrapped value stands for its message; everything else is filled in turn.</summary>
    private object Message(MessageDescriptor type, int depth)
    {
        var message = Fill(type, Math.Max(depth, 0));
        return type.File == Google.Protobuf.WellKnownTypes.WrappersReflection.Descriptor ? type.FindFieldByNumber(1).Accessor.GetValue(message) : message;
    }

    private static bool Fits(FieldDescriptor field, object known) => known switch
    {
        string => field.FieldType == FieldType.String,
        ByteString => field.FieldType == FieldType.Bytes,
        bool => field.FieldType == FieldType.Bool,
        IMessage message => field.FieldType == FieldType.Message && field.MessageType == message.Descriptor,
        _ => false,
    };
}
