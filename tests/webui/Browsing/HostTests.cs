using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OrderOrchestration.DevHost.WebUi;

namespace OrderOrchestration.Tests.WebUi.Browsing;

/// <summary>How a host finds the UI.</summary>
public sealed class HostTests
{
    [Test]
    public async Task A_host_knows_the_folder_before_the_files_are_in_it()
    {
        var services = new ServiceCollection().AddLogging();
        var folder = services.AddWebUi();
        await using var provider = services.BuildServiceProvider();
        var service = (BackgroundService)provider.GetServices<IHostedService>().Single();

        await service.StartAsync(CancellationToken.None);
        await service.ExecuteTask!;

        Assert.That(folder, Is.EqualTo(WebUiSetUp.Folder));
        Assert.That(Directory.GetFiles(folder!, "index.html"), Is.Not.Empty);
    }
}
