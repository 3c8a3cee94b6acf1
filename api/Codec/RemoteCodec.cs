using Google.Protobuf;
using OrderOrchestration.Activities.Privacy;
using OrderOrchestration.Activities.Store.Keys;
using Temporalio.Api.Common.V1;
using Temporalio.Converters;

namespace OrderOrchestration.Api.Codec;

/// <summary>The codec of tools. Whose data somebody read stands in the audit trail.</summary>
internal sealed class RemoteCodec(PersonalDataConverter converter, IKeyStore keys, PrivacyAudit audit)
{
    private readonly IPayloadCodec codec = converter.ForTools();

    public static JsonParser Parser { get; } = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(true));

    /// <param name="actor">Who reads, as the audit trail names it.</param>
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
