using System.Globalization;
using ClinicPortal.Modules.Identity.Contracts;
using ClinicPortal.Modules.Telehealth.AskForAppointment;
using ClinicPortal.Modules.Telehealth.BookAppointment;
using ClinicPortal.Modules.Telehealth.CalendarFiles;
using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Ui;

namespace ClinicPortal.Modules.Telehealth.ChangeOwnAppointment;

/// <summary>What patients and families do about an appointment, by its own link or by the one that they ask for times with.</summary>
internal static class OwnEndpoints
{
    private static VisitorPurpose Join => JoinConsultation.JoinConsultation.Purpose;

    /// <summary>One request by a link.</summary>
    /// <param name="Id">Of the appointment, where the link is the patient's.</param>
    private sealed record Visit(IServiceProvider Services, VisitorPass Pass, Guid? Id, PageRenderer Pages, CancellationToken Cancellation)
    {
        public OwnAppointments Own => Services.GetRequiredService<OwnAppointments>();

        public ChangeOwnAppointmentHandler Change => Services.GetRequiredService<ChangeOwnAppointmentHandler>();

        public FormPost Post => Services.GetRequiredService<FormPost>();

        public Task<Appointment?> FindAsync() => Own.FindAsync(Pass, Id, Cancellation);
    }

    public static void MapOwnAppointment(this IEndpointRouteBuilder app)
    {
        MapSteps(app, Join, "/join/appointment", "/join");
        MapSteps(app, BookByLink.Purpose, "/book/{id:guid}", "/book/{id:guid}");
        Get(app, "/join/calendar.ics", Join, async (visit, _) => await visit.FindAsync() is { } appointment
            ? CalendarAnswer.Of(visit.Services.GetRequiredService<CalendarFile>().ForPatient(
                appointment, visit.Services.GetRequiredService<ITenantResolver>().ById(appointment.TenantId)!, Language)) : Results.NotFound());
        Get(app, "/join/again", Join, (visit, from) => AgainAsync(visit, from, FormState.Empty));
        Post(app, "/join/again", Join, visit => visit.Post.RunAsync(
            form => visit.Own.AskAgainAsync(visit.Pass, BookEndpoints.Input(Guid.Empty, form, Language), visit.Cancellation), _ => OwnPaths.OfAppointment.Page,
            state => AgainAsync(visit, null, state), visit.Cancellation));
    }

    private static string Language => CultureInfo.CurrentUICulture.TwoLetterISOLanguageName;

    private static void MapSteps(IEndpointRouteBuilder app, VisitorPurpose purpose, string page, string steps)
    {
        Get(app, page, purpose, (visit, _) => ShowAsync(visit, FormState.Empty));
        Step(app, $"{steps}/confirm", purpose, (visit, own, _) => visit.Change.ConfirmAsync(own, visit.Cancellation));
        Step(app, $"{steps}/cancel", purpose, (visit, own, form) => visit.Change.CancelAsync(own, form.Text("reason"), visit.Cancellation));
        Step(app, $"{steps}/agree", purpose, (visit, own, _) => visit.Change.AgreeAsync(own, visit.Cancellation));
        Step(app, $"{steps}/refuse", purpose, (visit, own, form) => visit.Change.RefuseAsync(own, form.Text("reason"), visit.Cancellation));
        Get(app, $"{steps}/move", purpose, (visit, from) => ShowMoveAsync(visit, from, FormState.Empty));
        Post(app, $"{steps}/move", purpose, visit => RunAsync(
            visit,
            (own, form) =>
            {
                var (practitioner, startsAt) = SlotValue.Read(form.Text("slot"));
                return visit.Change.MoveAsync(own, practitioner, startsAt, form.Text("reason"), visit.Cancellation);
            },
            state => ShowMoveAsync(visit, null, state)));
    }

    private static void Step(IEndpointRouteBuilder app, string path, VisitorPurpose purpose, Func<Visit, Appointment, FormPost, Task<Result<Appointment>>> step) =>
        Post(app, path, purpose, visit => RunAsync(visit, (own, form) => step(visit, own, form), state => ShowAsync(visit, state)));

    private static Task<IResult> RunAsync(Visit visit, Func<Appointment, FormPost, Task<Result<Appointment>>> change, Func<FormState, Task<IResult>> again) => visit.Post.RunAsync(
        async form => await visit.FindAsync() is { } own ? await change(own, form) : Error.NotFound("appointment.not-found"),
        own => (visit.Id is { } id ? OwnPaths.OfPatient(id) : OwnPaths.OfAppointment).Page, again, visit.Cancellation);

    private static async Task<IResult> ShowAsync(Visit visit, FormState form) =>
        await visit.Own.ShowAsync(visit.Pass, visit.Id, form, visit.Cancellation) is { } model ? visit.Pages.Page<OwnAppointmentPage>(new { Model = model }) : Results.NotFound();

    /// <summary>An appointment that can no longer be moved says so on its own page.</summary>
    private static async Task<IResult> ShowMoveAsync(Visit visit, DateOnly? from, FormState form) =>
        await visit.Own.ShowMoveAsync(visit.Pass, visit.Id, from, form, visit.Cancellation) is { } model
            ? visit.Pages.Page<OwnMovePage>(new { Model = model }) : await ShowAsync(visit, form);

    private static async Task<IResult> AgainAsync(Visit visit, DateOnly? from, FormState form) =>
        await visit.Own.ShowAgainAsync(visit.Pass, from, form, visit.Cancellation) is { } model ? visit.Pages.Page<OwnAgainPage>(new { Model = model }) : Results.NotFound();

    private static void Get(IEndpointRouteBuilder app, string path, VisitorPurpose purpose, Func<Visit, DateOnly?, Task<IResult>> answer) =>
        app.MapGet(path, (HttpContext http, DateOnly? from, VisitorRequest visitor, PageRenderer pages, CancellationToken ct) => visitor.RunAsync(
            purpose, BookByLink.VisitorName, (services, pass) => answer(new Visit(services, pass, IdIn(http), pages, ct), from), ct)).AllowAnonymous();

    private static void Post(IEndpointRouteBuilder app, string path, VisitorPurpose purpose, Func<Visit, Task<IResult>> answer) =>
        app.MapPost(path, (HttpContext http, VisitorRequest visitor, PageRenderer pages, CancellationToken ct) => visitor.RunAsync(
            purpose, BookByLink.VisitorName, (services, pass) => answer(new Visit(services, pass, IdIn(http), pages, ct)), ct)).AllowAnonymous();

    private static Guid? IdIn(HttpContext http) => http.GetRouteValue("id") is string text && Guid.TryParse(text, out var id) ? id : null;
}
