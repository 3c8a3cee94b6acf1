using System.Text.Json;

namespace OrderOrchestration.Partners.Http;

/// <summary>A call that changes something, with what makes it the same call: left by <see cref="IdempotencyMiddleware"/> for <see cref="OncePerKey"/>.</summary>
/// <param name="Scope">Team, method, path and key.</param>
/// <param name="Body">Its body, if it has one.</param>
internal sealed record IdempotentCall(string Scope, JsonElement? Body);
