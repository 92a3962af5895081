using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Modules.Patients.BreakGlass;
using ClinicPortal.Modules.Patients.AccessLog;
using ClinicPortal.Modules.Patients.Contracts;
using ClinicPortal.Modules.Patients.Data;
using ClinicPortal.Modules.Patients.Demo;
using ClinicPortal.Modules.Patients.ImportPatients;
using ClinicPortal.Modules.Patients.ListPatients;
using ClinicPortal.Modules.Patients.OpenChart;
using ClinicPortal.Modules.Patients.SearchPatients;
using ClinicPortal.Modules.Patients.Sharing;
using ClinicPortal.Modules.Patients.WritePatient;
using ClinicPortal.Shared;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Work;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Closing;
using ClinicPortal.Ui;
using ClinicPortal.Ui.Layout;
using Microsoft.Extensions.Localization;

namespace ClinicPortal.Modules.Patients;

/// <summary>The associations' home patients: who they are, what must be known of them at night, and finding them.</summary>
public static class PatientsModule
{
    public static IServiceCollection AddPatients(this IServiceCollection services) => services
        .AddModuleContext<PatientsDbContext>()
        .AddScoped<ITenantPart, PatientsPart>()
        .AddErrorTexts<PatientsText>()
        .AddScoped<PatientAudience>()
        .AddScoped<PatientSearch>()
        .AddScoped<PatientWriter>()
        .AddScoped<IPatients, PatientRecords>()
        .AddScoped<IOnboardingFacts, PatientsOnboarding>()
        .AddScoped<HandOverPatients.HandOverPatients>()
        .AddScoped<SearchPatients.SearchPatients>()
        .AddScoped<ListPatients.ListPatients>()
        .AddScoped<OpenChart.OpenChart>()
        .AddScoped<ImportCheck>()
        .AddScoped<StageImport>()
        .AddScoped<PreviewImport>()
        .AddScoped<ConfirmImport>()
        .AddScoped<PatientContexts>()
        .AddScoped<PatientCheck>()
        .AddScoped<RegisterPatient>()
        .AddScoped<EditPatient>()
        .AddScoped<ShowPatientForm>()
        .AddScoped<SharingPartners>()
        .AddScoped<SharingRules>()
        .AddScoped<ISharing>(provider => provider.GetRequiredService<SharingRules>())
        .AddScoped<ShareChart>()
        .AddScoped<RevokeSharing>()
        .AddScoped<EndSharing>()
        .AddScoped<ShowSharing>()
        .AddScoped<ShowSharingOverview>()
        .AddScoped<BreakGlassHandler>()
        .AddScoped<FindOutsider>()
        .AddScoped<ReviewBreakGlass>()
        .AddScoped<MailBreakGlass>()
        .AddScoped<IBrokenGlass>(provider => provider.GetRequiredService<ReviewBreakGlass>())
        .AddScreen(45, "/sharing", "Partners.Title", (user, host) => host.Tenant is not null && user.Is(Roles.ClinicDoctor, Roles.ClinicStaff, Roles.FacilityStaff))
        .AddScreen(46, "/break-glass", "BreakGlass.Title", (user, _) => user.Is(Roles.DeskOperator))
        .AddScreen(60, "/break-glass/reviews", "Reviews.Title", (user, host) => host.Tenant is not null && user.Is(Roles.Secretariat))
        .AddScoped<LookWords>()
        .AddScoped<ShowLooks>()
        .AddScoped<IssueLookSheet>()
        .AddScoped<GiveReportLink>()
        .AddSingleton(GiveReportLink.Purpose)
        .AddScoped<ShowHistory.ShowHistory>()
        .AddSingleton<IDemoSeed, PatientsDemo>()
        .AddSingleton(provider =>
        {
            var text = provider.GetRequiredService<IStringLocalizer<PatientsText>>();
            return new NavigationItem(
                40, "/patients", () => text["Patients.Title"],
                (user, host) => host.Tenant is not null && user.Is(Roles.ClinicDoctor, Roles.ClinicStaff, Roles.FacilityStaff));
        });

    public static void MapPatients(this IEndpointRouteBuilder app)
    {
        var work = app.ServiceProvider.GetRequiredService<WorkRegistry>();
        work.Subscribe<MembershipChanged, HandOverPatients.HandOverPatients>();
        work.Subscribe<MembershipChanged, EndSharing>();
        work.Add<MailBreakGlass>();
        app.MapApiV1().MapSearchPatients();
        app.MapImportPatients();
        app.MapWritePatient();
        app.MapGet("/patients", async (string? search, int? page, int? imported, HiddenSearch hidden, ListPatients.ListPatients list, PageRenderer pages, CancellationToken ct) =>
                pages.Page<PatientsPage>(new { Model = await list.HandleAsync(hidden.Read(search), page ?? 1, imported, ct) }))
            .RequireRoles(Roles.ClinicDoctor, Roles.ClinicStaff, Roles.FacilityStaff);
        app.MapPost("/patients/search", (HiddenSearch hidden, CancellationToken ct) => hidden.LeadAsync("/patients", ct))
            .RequireRoles(Roles.ClinicDoctor, Roles.ClinicStaff, Roles.FacilityStaff);
        app.MapSharing();
        app.MapBreakGlass();
        app.MapAccessLog();
        app.MapGet("/patients/{id:guid}", async (Guid id, OpenChart.OpenChart open, PageRenderer pages, CancellationToken ct) =>
                await open.HandleAsync(new PatientId(id), ct) is { } model ? pages.Page<ChartPage>(new { Model = model }) : Results.NotFound())
            // Its own patients' for a clinic; for the others what is shared with them or opened in an emergency.
            .RequireRoles(Roles.ClinicDoctor, Roles.ClinicStaff, Roles.FacilityStaff, Roles.DeskOperator, Roles.NightDoctor);
    }

    private static IServiceCollection AddScreen(
        this IServiceCollection services, int order, string path, string title, Func<CurrentUser, PortalHost, bool> isFor) =>
        services.AddSingleton(provider => new NavigationItem(
            order, path, () => provider.GetRequiredService<IStringLocalizer<PatientsText>>()[title], isFor));
}
