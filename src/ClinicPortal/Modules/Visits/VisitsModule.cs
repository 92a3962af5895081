using ClinicPortal.Modules.Telehealth.Contracts;
using ClinicPortal.Modules.Visits.AcknowledgeReport;
using ClinicPortal.Modules.Visits.Contracts;
using ClinicPortal.Modules.Visits.Data;
using ClinicPortal.Modules.Visits.ListReports;
using ClinicPortal.Modules.Visits.ShowInbox;
using ClinicPortal.Modules.Visits.ShowReport;
using ClinicPortal.Modules.Visits.WriteReport;
using ClinicPortal.Shared;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Tenancy.Closing;
using ClinicPortal.Shared.Work;
using ClinicPortal.Ui.Layout;
using Microsoft.Extensions.Localization;

namespace ClinicPortal.Modules.Visits;

/// <summary>往診: what happened at the patient's home, told to the clinic by its report.</summary>
public static class VisitsModule
{
    public static IServiceCollection AddVisits(this IServiceCollection services) => services
        .AddModuleContext<VisitsContext>()
        .AddScoped<ITenantPart, VisitsPart>()
        .AddErrorTexts<VisitsText>()
        .AddScoped<IVisits, BillableVisits>()
        .AddScoped<ReportAccess>()
        .AddScoped<ReportsToWrite>()
        .AddScoped<ReadSavedReportHandler>()
        .AddScoped<SaveReportHandler>()
        .AddScoped<SubmitReportHandler>()
        .AddScoped<ListReportsHandler>()
        .AddScoped<OpenReportHandler>()
        .AddScoped<ShowInboxHandler>()
        .AddScoped<AcknowledgeReportHandler>()
        .AddScoped<StoreConsultation>()
        .AddScoped<MarkCaseReported>()
        .AddScoped<MarkCaseAcknowledged>()
        .AddSingleton(provider => new NavigationItem(
            20, "/inbox", () => provider.GetRequiredService<IStringLocalizer<VisitsText>>()["Inbox.Title"],
            (user, host) => host.Tenant is not null && user.Is(Roles.ClinicDoctor, Roles.ClinicStaff, Roles.FacilityStaff)));

    public static void MapVisits(this IEndpointRouteBuilder app)
    {
        var work = app.ServiceProvider.GetRequiredService<WorkRegistry>();
        work.Subscribe<ConsultationSigned, StoreConsultation>();
        work.Add<MarkCaseReported>();
        work.Add<MarkCaseAcknowledged>();

        var api = app.MapApiV1();
        api.MapWriteReport();
        api.MapReadSavedReport();
        api.MapListReports();
        api.MapShowReport();
        api.MapAcknowledgeReport();

        app.MapReportForm();
        app.MapReportPages();
        app.MapInbox();
    }
}
