namespace OrderOrchestration.DevHost.WebUi;

/// <summary>Adds the Web UI to a host.</summary>
public static class WebUiServices
{
    /// <summary>
    /// Makes the Web UI in the background of this host, from the <c>dev/webui</c> of the checkout it was built in (<see cref="WebUiBuilder"/>), and then calls
    /// <paramref name="serve"/> with its folder. The host's start waits for none of it. Outside a checkout this does nothing.
    /// </summary>
    /// <example><code>builder.Services.AddWebUi(directory => temporal.WebUiDirectory = directory);</code></example>
    /// <param name="services">The host's services.</param>
    /// <param name="serve">Lets the embedded server's UI port answer with the files of this folder, and with its <c>index.html</c> where no file is asked for.</param>
    public static IServiceCollection AddWebUi(this IServiceCollection services, Action<string> serve)
    {
        if (WebUiSources.Find(AppContext.BaseDirectory) is not { } sources)
        {
            return services;
        }

        return services
            .AddSingleton<IProcessRunner, ProcessRunner>()
            .AddSingleton(sources)
            .AddSingleton<WebUiBuilder>()
            .AddHostedService(provider => new WebUiService(provider.GetRequiredService<WebUiBuilder>(), serve));
    }
}
