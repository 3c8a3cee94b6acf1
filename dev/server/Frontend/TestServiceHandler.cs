using EmbeddedTemporal.Common;
using EmbeddedTemporal.Time;
using EmbeddedTemporal.Validation;
using Google.Protobuf.WellKnownTypes;
using Temporalio.Api.TestService.V1;

namespace EmbeddedTemporal.Frontend;

/// <summary>The methods of <c>temporal.api.testservice.v1.TestService</c>: time skipping.</summary>
internal sealed class TestServiceHandler(VirtualClock clock)
{
    public Task<LockTimeSkippingResponse> LockTimeSkipping(LockTimeSkippingRequest request, CallContext call)
    {
        clock.Lock();
        return Task.FromResult(new LockTimeSkippingResponse());
    }

    public Task<UnlockTimeSkippingResponse> UnlockTimeSkipping(UnlockTimeSkippingRequest request, CallContext call)
    {
        clock.Unlock();
        return Task.FromResult(new UnlockTimeSkippingResponse());
    }

    public Task<GetCurrentTimeResponse> GetCurrentTime(Empty request, CallContext call) =>
        Task.FromResult(new GetCurrentTimeResponse { Time = clock.UtcNow.ToProto() });

    public async Task<SleepResponse> Sleep(SleepRequest request, CallContext call)
    {
        await clock.WaitUntilAsync(clock.UtcNow.SaturatingAdd(request.Duration.Span()));
        return new();
    }

    public async Task<SleepResponse> SleepUntil(SleepUntilRequest request, CallContext call)
    {
        RequestValidation.That(request.Timestamp is not null, "Timestamp is not set on request.");
        await clock.WaitUntilAsync(request.Timestamp!.Time());
        return new();
    }

    public async Task<SleepResponse> UnlockTimeSkippingWithSleep(SleepRequest request, CallContext call)
    {
        await clock.SkipUntilAsync(clock.UtcNow.SaturatingAdd(request.Duration.Span()));
        return new();
    }
}
