using System.Text.Json;
using System.Text.Json.Nodes;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Api.Placing;

/// <summary>The response to a placed order.</summary>
internal static class PlacedOrder
{
    /// <summary>The order and, for a guest, the token that grants access to it.</summary>
    public static JsonObject Answer(OrderView order, string? guestToken)
    {
        var answer = JsonSerializer.SerializeToNode(order, OrderJson.Options)!.AsObject();
        if (guestToken is not null)
        {
            answer["guestToken"] = guestToken;
        }

        return answer;
    }
}
