using ClinicPortal.Modules.Telehealth.Contracts;
using ClinicPortal.Modules.Telehealth.Gates;
using ClinicPortal.Modules.Telehealth.IssuePrescription;
using ClinicPortal.Modules.Telehealth.Pharmacies;
using ClinicPortal.Modules.Telehealth.PrepareVisit;
using ClinicPortal.Modules.Telehealth.ReadSummary;
using ClinicPortal.Modules.Telehealth.WriteCarePlan;
using ClinicPortal.Modules.Telehealth.WriteNote;
using ClinicPortal.Shared;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Work;
using ClinicPortal.Ui.Layout;
using Microsoft.Extensions.Localization;

namespace ClinicPortal.Modules.Telehealth;

/// <summary>What comes before and after the call: gates and plan, note and prescription, report and summary.</summary>
internal static class CareModule
{
    public static IServiceCollection AddCare(this IServiceCollection services) => services
        .AddErrorTexts<CareText>()
        .AddScoped<RecordGate>()
        .AddScoped<ShowGates>()
        .AddScoped<SettleGate>()
        .AddScoped<PrepareVisit.PrepareVisit>()
        .AddScoped<WriteCarePlan.WriteCarePlan>()
        .AddScoped<ShowNote>()
        .AddScoped<WriteNote.WriteNote>()
        .AddScoped<WritePharmacy>()
        .AddScoped<SendPrescription>()
        .AddSingleton(SendPrescription.Purpose)
        .AddScoped<MailPrescription>()
        .AddScoped<ReadSummary.ReadSummary>()
        .AddSingleton(ReadSummary.ReadSummary.Purpose)
        .AddScoped<ShowSatisfaction>()
        .AddScoped<IConsultations, SignedConsultations>()
        .AddSingleton(provider => new NavigationItem(
            62, "/satisfaction", () => provider.GetRequiredService<IStringLocalizer<CareText>>()["Satisfaction.Title"],
            (user, host) => host.Tenant is { Settings.OnlineConsultation: not null } && user.Is(Roles.Secretariat), NavigationGroup.OnlineConsultation));

    public static void MapCare(this IEndpointRouteBuilder app)
    {
        app.ServiceProvider.GetRequiredService<WorkRegistry>().Add<MailPrescription>();
        app.MapGates();
        app.MapPrepareVisit();
        app.MapCarePlans();
        app.MapNotes();
        app.MapPharmacies();
        app.MapPrescriptions();
        app.MapSummaries();
    }
}
