using ClinicPortal;
using ClinicPortal.Modules.Associations;
using ClinicPortal.Modules.Billing;
using ClinicPortal.Modules.Coverage;
using ClinicPortal.Modules.Identity;
using ClinicPortal.Modules.Identity.Accounts;
using ClinicPortal.Modules.Patients;
using ClinicPortal.Modules.Roster;
using ClinicPortal.Modules.NightDesk;
using ClinicPortal.Modules.Notifications;
using ClinicPortal.Modules.Telehealth;
using ClinicPortal.Modules.Visits;
using ClinicPortal.Shared;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Secrets;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Ui;

var builder = WebApplication.CreateBuilder(args);
if (!new[] { "urls", "http_ports", "https_ports" }.Any(setting => builder.Configuration[setting] is { Length: > 0 }))
{
    builder.WebHost.UseUrls("http://localhost:5080");
}
if (args is ["tenants", "check" or "preview", ..])
{
    return TenantCommand.Run(args[1..], new TenantFiles(builder.Configuration, builder.Environment).Root, new PortalClock(), Console.Out);
}
var isCommand = args is ["tenants", "apply"] or ["tenants", "open", _] or ["keys", ..] or ["audit", "verify", ..] or ["accounts", ..];
if (args is ["tenants", ..] && !isCommand)
{
    Console.Error.WriteLine(TenantCommand.Text("Usage"));
    return 2;
}
PortalDatabase? database = null;
try
{
    database = await (isCommand ? PortalDatabase.ResolveForCommandAsync(builder) : PortalDatabase.ResolveAsync(builder));
    builder.Services.AddSingleton(MasterKeys.Resolve(builder.Configuration, builder.Environment, database.IsOwn));
}
catch (PortalDatabaseException refused)
{
    await (database?.DisposeAsync() ?? ValueTask.CompletedTask);
    Console.Error.WriteLine(refused.Message);
    return 1;
}

AddPortal(builder);

await using var app = builder.Build();
if (isCommand)
{
    var startup = app.Services.GetRequiredService<PortalStartup>();
    if (args is ["accounts", ..])
    {
        await startup.PrepareCommandAsync(CancellationToken.None);
    }
    return await (args switch
    {
        ["audit", "verify", .. var options] => app.Services.GetRequiredService<VerifyAudit>().RunAsync(options, Console.Out, CancellationToken.None),
        ["keys", .. var keys] => app.Services.GetRequiredService<KeyCommands>().RunAsync(keys, CancellationToken.None),
        ["accounts", .. var accounts] => app.Services.GetRequiredService<AccountCommands>().RunAsync(accounts, Console.Out, CancellationToken.None),
        [_, "open", var identifier] => startup.OpenTenantAsync(identifier, CancellationToken.None),
        _ => startup.ApplyTenantsAsync(CancellationToken.None),
    });
}

MapPortal(app);

try
{
    await app.Services.GetRequiredService<PortalStartup>().RunAsync(CancellationToken.None);
}
catch (UnknownMasterKeyException refused) when (!app.Environment.IsDevelopment())
{
    Console.Error.WriteLine(refused.Message);
    return 1;
}
await app.RunAsync();
return 0;

/// <summary>Named for the tests and benchmarks, which start the real host.</summary>
public sealed partial class Program
{
    /// <summary>What the portal is made of: one line a module.</summary>
    public static void AddPortal(WebApplicationBuilder builder)
    {
        builder.Services.AddShared(builder.Configuration);
        builder.Services.AddUi();
        builder.Services.AddNotifications(builder.Configuration);
        builder.Services.AddAssociations();
        builder.Services.AddPatients();
        builder.Services.AddCoverage();
        builder.Services.AddIdentity();
        builder.Services.AddRoster();
        builder.Services.AddNightDesk();
        builder.Services.AddTelehealth();
        builder.Services.AddVisits();
        builder.Services.AddBilling();
        builder.Services.AddSingleton<PortalStartup>();
        if (builder.Environment.IsDevelopment())
        {
            builder.Services.AddDemoClock();
        }
    }

    /// <summary>How a request passes and where it arrives: one line a module that has routes.</summary>
    public static void MapPortal(WebApplication app)
    {
        app.UsePortal();
        app.MapUi();
        app.MapAssociations();
        app.MapPatients();
        app.MapCoverage();
        app.MapIdentity();
        app.MapRoster();
        app.MapNightDesk();
        app.MapTelehealth();
        app.MapVisits();
        app.MapBilling();
    }
}
