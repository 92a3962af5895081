using ClinicPortal.Benchmarks.Sites;
using ClinicPortal.Modules.Notifications.Contracts;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Secrets;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace ClinicPortal.Benchmarks.Serving;

/// <summary>The portal as its own <c>Program</c> composes it, in this process: for what is measured without the pages around it.</summary>
internal static class PortalHere
{
    /// <param name="configure">Replaces what reaches outside.</param>
    public static async Task<WebApplication> StartAsync(Site site, TestBed bed, Action<IServiceCollection> configure, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args =
            [
                "--urls", "http://127.0.0.1:0", "--TenantsDirectory", bed.NoTenants, "--PaperDirectory", bed.PaperOf(site), "--Audit:AnchorDirectory", bed.AnchorsOf(site),
                "--Logging:LogLevel:Default", "Warning", "--ConnectionStrings:Portal", site.Connections.App, "--ConnectionStrings:PortalOwner", site.Connections.Owner,
                "--Encryption:MasterKeys", TestBed.MasterKey,
            ],
            ContentRootPath = Path.Combine(Checkout.Root, "src", "ClinicPortal"),
            EnvironmentName = Environments.Production,
        });
        builder.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        var database = await PortalDatabase.ResolveAsync(builder);
        builder.Services.AddSingleton(MasterKeys.Resolve(builder.Configuration, builder.Environment, database.IsOwn));
        global::Program.AddPortal(builder);
        configure(builder.Services);
        var app = builder.Build();
        global::Program.MapPortal(app);
        await app.Services.GetRequiredService<PortalStartup>().RunAsync(cancellationToken);
        await app.StartAsync(cancellationToken);
        return app;
    }
}

/// <summary>Takes every mail over at once: no mail server is measured.</summary>
internal sealed class CountedMails : IMailGateway
{
    private int count;

    public int Count => Volatile.Read(ref count);

    public Task SendAsync(Mail mail, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref count);
        return Task.CompletedTask;
    }
}
