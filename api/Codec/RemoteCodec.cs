using Google.Protobuf;
using OrderOrchestration.Activities.Privacy;
using OrderOrchestration.Activities.Store.Keys;
using Temporalio.Api.Common.V1;
using Temporalio.Converters;

namespace OrderOrchestration.Api.Codec;

/// <summary>The codec for tools. Every decoding is written to the audit trail with the actor and the owner of the data.</summary>
internal sealed class RemoteCodec(PersonalDataConverter converter, IKeyStore keys, PrivacyAudit audit)
{
    private readonly IPayloadCodec codec = converter.ForTools();

    public static JsonParser Parser { get; } = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(true));

    /// <param name="actor">The reader, as recorded in the audit trail.</param>
    public async Task<Payloads> DecodeAsync(Payloads payloads, string actor, CancellationToken cancellationToken)
    {
        var decoded = new Payloads { Payloads_ = { await codec.DecodeAsync(payloads.Payloads_) } };
        var read = await keys.OwnersAsync(PersonalDataConverter.KeysIn(payloads.Payloads_), cancellationToken);
        foreach (var owner in read.Values.Distinct(StringComparer.Ordinal))
        {
            await audit.WriteAsync(actor, PrivacyAction.Decoded, owner, cancellationToken);
        }

        return decoded;
    }

    public async Task<Payloads> EncodeAsync(Payloads payloads) => new() { Payloads_ = { await codec.EncodeAsync(payloads.Payloads_) } };
}
