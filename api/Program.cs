using OrderOrchestration.Api;

var builder = WebApplication.CreateBuilder(args);
if (builder.Configuration["Urls"] is null)
{
    builder.WebHost.UseUrls("http://127.0.0.1:8080");
}

builder.AddOrderApi();
var app = builder.Build();
app.MapOrderApi();
await app.RunAsync();
