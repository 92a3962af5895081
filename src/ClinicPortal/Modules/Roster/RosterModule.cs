using ClinicPortal.Modules.Roster.CheckIn;
using ClinicPortal.Modules.Roster.Contracts;
using ClinicPortal.Modules.Roster.CorrectAttendance;
using ClinicPortal.Modules.Roster.Data;
using ClinicPortal.Modules.Roster.FindUnitsOnDuty;
using ClinicPortal.Modules.Roster.ListAttendance;
using ClinicPortal.Modules.Roster.ShowOwnAttendance;
using ClinicPortal.Modules.Roster.ShowRoster;
using ClinicPortal.Shared;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Tenancy.Closing;
using ClinicPortal.Ui;
using ClinicPortal.Ui.Layout;
using Microsoft.Extensions.Localization;

namespace ClinicPortal.Modules.Roster;

/// <summary>輪番: which units are on duty when, and with whom; 勤怠: who worked from when to when.</summary>
public static class RosterModule
{
    public static IServiceCollection AddRoster(this IServiceCollection services) => services
        .AddModuleContext<RosterContext>()
        .AddScoped<ITenantPart>(provider => new ModulePart<RosterContext>("roster", provider.GetRequiredService<RosterContext>()))
        .AddErrorTexts<RosterText>()
        .AddScoped<IRoster, UnitsOnDuty>()
        .AddScoped<WorkedShifts>()
        .AddScoped<IWorkedShifts>(provider => provider.GetRequiredService<WorkedShifts>())
        .AddScoped<IDutyPeople>(provider => provider.GetRequiredService<WorkedShifts>())
        .AddScoped<ShowRosterHandler>()
        .AddScoped<AttendanceOfShift>()
        .AddScoped<AttendanceRows>()
        .AddScoped<AttendanceWords>()
        .AddScoped<OwnDuties>()
        .AddScoped<IOwnDuty>(provider => provider.GetRequiredService<OwnDuties>())
        .AddScoped<CheckInHandler>()
        .AddScoped<ShowOwnAttendanceHandler>()
        .AddScoped<ListAttendanceHandler>()
        .AddScoped<CorrectAttendanceHandler>()
        .AddSingleton<IDemoSeed, RosterDemo>()
        .AddNavigation(60, "/roster", "Roster.Title", null, Roles.Secretariat)
        .AddNavigation(54, "/attendance", "Attendance.Title", NavigationGroup.Accounting, Roles.Secretariat)
        .AddSingleton(provider => new NavigationItem(
            25, "/my-attendance", () => provider.GetRequiredService<IStringLocalizer<RosterText>>()["Attendance.Title"], (user, _) => user.Is(Roles.NightDoctor, Roles.Driver)));

    public static void MapRoster(this IEndpointRouteBuilder app)
    {
        app.MapGet("/roster", async (ShowRosterHandler show, PageRenderer pages, CancellationToken cancellationToken) =>
                pages.Page<RosterPage>(new { Model = await show.HandleAsync(cancellationToken) }))
            .RequireRoles(Roles.Secretariat);
        app.MapCheckIn();
        app.MapAttendanceList();
        app.MapCorrections();
    }

    private static IServiceCollection AddNavigation(this IServiceCollection services, int order, string path, string label, NavigationGroup? group, params string[] roles) =>
        services.AddSingleton(provider =>
        {
            var text = provider.GetRequiredService<IStringLocalizer<RosterText>>();
            return new NavigationItem(order, path, () => text[label], (user, host) => host.Tenant is not null && user.Is(roles), group);
        });
}
