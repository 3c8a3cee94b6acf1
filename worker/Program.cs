using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OrderOrchestration.ServiceDefaults;
using OrderOrchestration.ServiceDefaults.Management;
using OrderOrchestration.Worker;

if (args is [SchemaCommand.Name, .. var rest])
{
    return await SchemaCommand.RunAsync(Host.CreateApplicationBuilder(rest).Configuration);
}

return await OrderProgram.RunAsync("the order worker", program =>
{
    var builder = Host.CreateApplicationBuilder(args);
    program.Quiet(builder.Logging);
    builder.Configuration[ManagementAddress.Setting] ??= "http://127.0.0.1:8081";
    builder.Services.AddOrderWorker(builder.Configuration).AddTemporalReadiness();

    // Relays and worker stop at the same time, so that claimed rows are released while activities are still finishing.
    builder.Services.Configure<HostOptions>(host =>
    {
        host.ServicesStopConcurrently = true;
        host.ShutdownTimeout = OrderWorker.ShutdownTimeout(builder.Configuration);
    });
    return builder.Build();
});
