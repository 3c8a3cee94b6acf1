using EmbeddedTemporal.Common;
using EmbeddedTemporal.Validation;
using Temporalio.Api.Command.V1;
using Temporalio.Api.Enums.V1;

namespace EmbeddedTemporal.History.Commands;

/// <summary>Validates the order of commands: a command that closes the run has to be the last one.</summary>
internal static class CommandSequence
{
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT; the workflow task stays started.</exception>
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
