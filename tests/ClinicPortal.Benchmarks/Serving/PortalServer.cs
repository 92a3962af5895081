using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Secrets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace ClinicPortal.Benchmarks.Serving;

/// <summary>The portal as its own <c>Program</c> composes it, with the floors beside it in the same host, until standard input ends.</summary>
internal static class PortalServer
{
    public static async Task<int> RunAsync(string[] args)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args = args,
            ContentRootPath = Path.Combine(Checkout.Root, "src", "ClinicPortal"),
            EnvironmentName = Environments.Production,
        });
        // Standard output tells the port.
        builder.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        var database = await PortalDatabase.ResolveAsync(builder);
        builder.Services.AddSingleton(MasterKeys.Resolve(builder.Configuration, builder.Environment, database.IsOwn));
        global::Program.AddPortal(builder);
        builder.Services.AddSingleton<BoardFloor>();
        builder.Services.AddSingleton<BarePush>();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<BarePush>());

        await using var app = builder.Build();
        app.MapBarePush();
        app.MapRoundTrips();
        global::Program.MapPortal(app);
        app.MapBoardFloor();
        app.MapHub<BareRelay>(BareRelay.Path);
        app.MapEntryCost();

        await app.Services.GetRequiredService<PortalStartup>().RunAsync(CancellationToken.None);
        await app.StartAsync();
        Console.WriteLine(new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()).Port);
        await Console.In.ReadToEndAsync();
        await app.StopAsync();
        return 0;
    }
}
