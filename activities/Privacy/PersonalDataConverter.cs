using OrderOrchestration.Workflows.Messages;
using Temporalio.Api.Common.V1;
using Temporalio.Converters;

namespace OrderOrchestration.Activities.Privacy;

/// <summary>The data converter of every client and worker of ours: our JSON, personal values encrypted, failures' messages and stacks as well.</summary>
public sealed class PersonalDataConverter
{
    private readonly PersonalData data;

    internal PersonalDataConverter(PersonalData data)
    {
        this.data = data;
        Converter = OrderJson.DataConverter with
        {
            FailureConverter = new DefaultFailureConverter.WithEncodedCommonAttributes(),
            PayloadCodec = new PersonalDataCodec(data, DataOwner.System),
        };
    }

    public DataConverter Converter { get; }

    /// <summary>The keys that encrypt values of payloads.</summary>
    public static IReadOnlyCollection<string> KeysIn(IEnumerable<Payload> payloads) =>
        [.. payloads.SelectMany(payload => PersonalDataCodec.KeysIn(payload)).Distinct(StringComparer.Ordinal)];

    /// <summary>The codec for tools (contract §6): what a person types is encrypted by a key of its own.</summary>
    public IPayloadCodec ForTools() => new PersonalDataCodec(data, DataOwner.Tools);
}
