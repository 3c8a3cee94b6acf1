using OrderOrchestration.Api;
using OrderOrchestration.ServiceDefaults;

return await OrderProgram.RunAsync("the order API", program =>
{
    var builder = WebApplication.CreateBuilder(args);
    program.Quiet(builder.Logging);
    if (builder.Configuration["Urls"] is null)
    {
        builder.WebHost.UseUrls("http://127.0.0.1:8080");
    }

    builder.AddOrderApi();
    var app = builder.Build();
    app.MapOrderApi();
    return app;
});
