using ClinicPortal.Modules.Coverage.Contracts;
using ClinicPortal.Modules.NightDesk.AmendCall;
using ClinicPortal.Modules.NightDesk.AnswerDispatch;
using ClinicPortal.Modules.NightDesk.AssignUnit;
using ClinicPortal.Modules.NightDesk.Contracts;
using ClinicPortal.Modules.NightDesk.Data;
using ClinicPortal.Modules.NightDesk.DecideOutcome;
using ClinicPortal.Modules.NightDesk.FollowVisit;
using ClinicPortal.Modules.NightDesk.IdentifyPatient;
using ClinicPortal.Modules.NightDesk.ListCases;
using ClinicPortal.Modules.NightDesk.ListDeclineReasons;
using ClinicPortal.Modules.NightDesk.ListUnits;
using ClinicPortal.Modules.NightDesk.NewCall;
using ClinicPortal.Modules.NightDesk.OpenCase;
using ClinicPortal.Modules.NightDesk.PaperSheet;
using ClinicPortal.Modules.NightDesk.ReadCase;
using ClinicPortal.Modules.NightDesk.ReadDispatch;
using ClinicPortal.Modules.NightDesk.ShowBoard;
using ClinicPortal.Modules.NightDesk.ShowCase;
using ClinicPortal.Modules.NightDesk.ShowPhone;
using ClinicPortal.Modules.NightDesk.TriageCase;
using ClinicPortal.Shared;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Tenancy.Closing;

namespace ClinicPortal.Modules.NightDesk;

public static class NightDeskModule
{
    public static IServiceCollection AddNightDesk(this IServiceCollection services)
    {
        services.AddModuleContext<NightDeskContext>()
            .AddScoped<ITenantPart>(provider => new ModulePart<NightDeskContext>("nightdesk", provider.GetRequiredService<NightDeskContext>(), "nightdesk.*")
            {
                LeftOut = new Dictionary<string, string> { ["nightdesk.night_counter"] = "the next number of a night; the cases have theirs" },
            });
        services.AddErrorTexts<NightDeskText>();
        services.AddScoped<CaseAccess>();
        services.AddScoped<CaseNews>();
        services.AddScoped<ICases, CasesForOthers>();
        services.AddScoped<ICallCount, CallCount>();
        services.AddSingleton<CaseNumbers>();
        services.AddScoped<OpenCaseHandler>();
        services.AddScoped<TriageCaseHandler>();
        services.AddScoped<DecideOutcomeHandler>();
        services.AddScoped<SuggestUnits>();
        services.AddScoped<AssignUnitHandler>();
        services.AddScoped<AnswerDispatchHandler>();
        services.AddScoped<ReadCaseHandler>();
        services.AddScoped<ListCasesHandler>();
        services.AddScoped<ListDeclineReasonsHandler>();
        services.AddScoped<ListUnitsHandler>();
        services.AddScoped<ReadDispatchHandler>();
        services.AddScoped<CaseLabels>();
        services.AddScoped<BoardRows>();
        services.AddScoped<ShowBoard.ShowBoard>();
        services.AddScoped<PaperSheetHandler>();
        services.AddHostedService<PaperFiles>();
        services.AddScoped<FindCaller>();
        services.AddScoped<AmendCallHandler>();
        services.AddScoped<IdentifyPatientHandler>();
        services.AddScoped<FindPatient>();
        services.AddScoped<Timeline>();
        services.AddScoped<ShowCase.ShowCase>();
        services.AddScoped<FollowVisit.FollowVisit>();
        services.AddScoped<GiveLink>();
        services.AddSingleton(FollowVisit.FollowVisit.Purpose);
        services.AddScoped<CasePages>();
        services.AddDeskScreens();
        services.AddShowPhone();
        return services;
    }

    public static void MapNightDesk(this IEndpointRouteBuilder app)
    {
        var api = app.MapApiV1();
        api.MapOpenCase();
        api.MapTriageCase();
        api.MapDecideOutcome();
        api.MapAssignUnit();
        api.MapAnswerDispatch();
        api.MapReadCase();
        api.MapListCases();
        api.MapListDeclineReasons();
        api.MapListUnits();
        api.MapReadDispatch();
        app.MapShowBoard();
        app.MapPaperSheet();
        app.MapShowPhone();
        app.MapNewCall();
        app.MapShowCase();
        app.MapFollowVisit();
        app.MapAmendCall();
        app.MapIdentifyPatient();
        app.MapTriageCase();
        app.MapDecideOutcome();
        app.MapAssignUnit();
        app.MapNoteAnswer();
    }
}
