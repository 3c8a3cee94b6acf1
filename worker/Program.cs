using Microsoft.Extensions.Hosting;
using OrderOrchestration.Worker;

var builder = Host.CreateApplicationBuilder(args);
builder.Services.AddOrderWorker(builder.Configuration);
await builder.Build().RunAsync();
