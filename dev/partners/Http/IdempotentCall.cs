using System.Text.Json;

namespace OrderOrchestration.Partners.Http;

/// <summary>The identity of a call that changes state, passed from <see cref="IdempotencyMiddleware"/> to <see cref="OncePerKey"/>.</summary>
/// <param name="Scope">Team, method, path and key.</param>
/// <param name="Body">The body, if there is one.</param>
internal sealed record IdempotentCall(string Scope, JsonElement? Body);
