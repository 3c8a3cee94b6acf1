using EmbeddedTemporal.Common;
using EmbeddedTemporal.Validation;
using Temporalio.Api.Command.V1;
using Temporalio.Api.Enums.V1;

namespace EmbeddedTemporal.History.Commands;

/// <summary>In which order commands may come: one that ends the run is the last.</summary>
internal static class CommandSequence
{
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT. The workflow task does not fail for it.</exception>
    public static void Require(IReadOnlyList<Command> commands)
    {
        for (var i = 0; i < commands.Count; i++)
        {
            var type = commands[i].CommandType;
            RequestValidation.That(type != CommandType.Unspecified && Enum.IsDefined(type), $"unknown command type: {type}");
            if (i < commands.Count - 1 && CloseCommands.IsClose(type))
            {
                throw ServiceErrors.InvalidArgument(
                    $"invalid command sequence: [{string.Join(", ", commands.Select(command => command.CommandType))}], command {type} must be the last command.");
            }
        }
    }
}
