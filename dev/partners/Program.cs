using System.Globalization;
using OrderOrchestration.Partners;
using OrderOrchestration.Partners.Options;
using OrderOrchestration.Partners.Teams;

const int DefaultPort = 8090;

var configuration = new ConfigurationBuilder().AddEnvironmentVariables().AddCommandLine(args).Build();
try
{
    var options = new PartnersOptions
    {
        Port = int.Parse(configuration["Embedded:Partners:Port"] ?? $"{DefaultPort}", CultureInfo.InvariantCulture),
        OrderApiBaseUrl = configuration["Partners:OrderApiBaseUrl"] ?? "http://127.0.0.1:8080",
        StateFile = configuration["Partners:StateFile"],
        PathPrefix = configuration["Partners:PathPrefix"] ?? string.Empty,
        // Partners:Pace is the former name of this setting, up to format 1 of the state file; scripts may still use it.
        StepDelay = StepDelay.Parse(configuration["Partners:StepDelay"] ?? configuration["Partners:Pace"] ?? "demo"),
        WebhookSecrets = TeamNames.All
            .Select(team => (team, secret: configuration[$"Partners:{team}:WebhookSecret"]))
            .Where(entry => entry.secret is not null)
            .ToDictionary(entry => entry.team, entry => entry.secret!),
    };
    await using var partners = await PartnersServer.StartAsync(options);
    Console.WriteLine($"The seven teams answer at {partners.Address}; webhooks go to {options.OrderApiBaseUrl}/v1/events. The order API needs:");
    foreach (var team in TeamNames.All)
    {
        Console.WriteLine($"Partners__{team}__BaseUrl={partners.BaseUrl(team)} Partners__{team}__WebhookSecret={partners.WebhookSecret(team)}");
    }

    await partners.WaitForShutdownAsync();
    return 0;
}
catch (Exception exception) when (exception is IOException or FormatException or OverflowException)
{
    await Console.Error.WriteLineAsync($"partners: {exception.Message}");
    return 1;
}
