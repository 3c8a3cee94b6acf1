namespace OrderOrchestration.DevHost.WebUi;

/// <summary>Adds the Web UI to a host.</summary>
public static class WebUiServices
{
    /// <summary>
    /// Makes the Web UI in the background of this host, from the <c>dev/webui</c> of the checkout the host was built in (<see cref="WebUiBuilder"/>).
    /// The host's start waits for none of it.
    /// </summary>
    /// <example><code>
    /// var options = new EmbeddedTemporalOptions { UiPort = 8233, UiDirectory = builder.Services.AddWebUi() };
    /// </code></example>
    /// <returns>
    /// The folder in which the files will be, all at once, when they are made; what serves it has to look at each request whether they are there.
    /// Null outside a checkout: then there is nothing to make it from, and nothing is added.
    /// </returns>
    public static string? AddWebUi(this IServiceCollection services)
    {
        if (WebUiSources.Find(AppContext.BaseDirectory) is not { } sources)
        {
            return null;
        }

        services.AddSingleton<IProcessRunner, ProcessRunner>();
        services.AddSingleton(sources);
        services.AddSingleton<WebUiBuilder>();
        services.AddHostedService<WebUiService>();
        return sources.Build();
    }
}
