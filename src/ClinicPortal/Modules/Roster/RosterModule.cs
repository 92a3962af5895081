using ClinicPortal.Modules.Roster.Contracts;
using ClinicPortal.Modules.Roster.Data;
using ClinicPortal.Modules.Roster.FindUnitsOnDuty;
using ClinicPortal.Modules.Roster.ShowRoster;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Tenancy.Closing;
using ClinicPortal.Ui;
using ClinicPortal.Ui.Layout;
using Microsoft.Extensions.Localization;

namespace ClinicPortal.Modules.Roster;

/// <summary>輪番: which units are on duty when, and with whom.</summary>
public static class RosterModule
{
    public static IServiceCollection AddRoster(this IServiceCollection services) => services
        .AddModuleContext<RosterContext>()
        .AddScoped<ITenantPart>(provider => new ModulePart<RosterContext>("roster", provider.GetRequiredService<RosterContext>()))
        .AddScoped<IRoster, UnitsOnDuty>()
        .AddScoped<ShowRosterHandler>()
        .AddSingleton<IDemoSeed, RosterDemo>()
        .AddSingleton(provider => new NavigationItem(
            60, "/roster", () => provider.GetRequiredService<IStringLocalizer<RosterText>>()["Roster.Title"],
            (user, host) => host.Tenant is not null && user.Is(Roles.Secretariat)));

    public static void MapRoster(this IEndpointRouteBuilder app) =>
        app.MapGet("/roster", async (ShowRosterHandler show, PageRenderer pages, CancellationToken cancellationToken) =>
                pages.Page<RosterPage>(new { Model = await show.HandleAsync(cancellationToken) }))
            .RequireRoles(Roles.Secretariat);
}
