using ClinicPortal;
using ClinicPortal.Modules.Associations;
using ClinicPortal.Modules.Billing;
using ClinicPortal.Modules.Coverage;
using ClinicPortal.Modules.Identity;
using ClinicPortal.Modules.Patients;
using ClinicPortal.Modules.Roster;
using ClinicPortal.Modules.NightDesk;
using ClinicPortal.Modules.Visits;
using ClinicPortal.Shared;
using ClinicPortal.Shared.Data;
using ClinicPortal.Ui;

var builder = WebApplication.CreateBuilder(args);
var isCommand = args is ["tenants", "apply", ..];
try
{
    await (isCommand ? PortalDatabase.ResolveForCommandAsync(builder) : PortalDatabase.ResolveAsync(builder));
}
catch (PortalDatabaseException refused)
{
    Console.Error.WriteLine(refused.Message);
    return 1;
}

builder.Services.AddShared(builder.Configuration);
builder.Services.AddUi();
builder.Services.AddAssociations();
builder.Services.AddPatients();
builder.Services.AddCoverage();
builder.Services.AddIdentity();
builder.Services.AddRoster();
builder.Services.AddNightDesk();
builder.Services.AddVisits();
builder.Services.AddBilling();
builder.Services.AddSingleton<PortalStartup>();

await using var app = builder.Build();
if (isCommand)
{
    return await app.Services.GetRequiredService<PortalStartup>().ApplyTenantsAsync(CancellationToken.None);
}

app.UsePortal();
app.MapUi();
app.MapAssociations();
app.MapPatients();
app.MapIdentity();
app.MapRoster();
app.MapNightDesk();
app.MapVisits();
app.MapBilling();

await app.Services.GetRequiredService<PortalStartup>().RunAsync(CancellationToken.None);
await app.RunAsync();
return 0;

/// <summary>Named for the tests, which start the real host.</summary>
public sealed partial class Program;
