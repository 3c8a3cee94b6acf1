namespace OrderOrchestration.DevHost.WebUi;

/// <summary>Adds the Web UI to a host.</summary>
public static class WebUiServices
{
    /// <summary>
    /// Builds the Web UI in the background, from the <c>dev/webui</c> of the checkout the host was built in (<see cref="WebUiBuilder"/>).
    /// The host's start does not wait for it.
    /// </summary>
    /// <example><code>
    /// var options = new EmbeddedTemporalOptions { UiPort = 8233, UiDirectory = builder.Services.AddWebUi() };
    /// </code></example>
    /// <returns>
    /// The folder that will contain the files once the build is complete; the server has to check on each request whether it exists.
    /// Null outside a checkout: there are no sources, and no service is added.
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
