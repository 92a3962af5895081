using ClinicPortal.Modules.Telehealth.BookAppointment;
using ClinicPortal.Modules.Telehealth.CalendarFiles;
using ClinicPortal.Modules.Telehealth.ChangeAppointment;
using ClinicPortal.Modules.Telehealth.ChangeOwnAppointment;
using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Modules.Telehealth.JoinWaitingList;
using ClinicPortal.Modules.Telehealth.ListAppointments;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Results;
using ClinicPortal.Ui;

namespace ClinicPortal.Modules.Telehealth.ShowAppointment;

internal static class AppointmentEndpoints
{
    private static readonly string[] Readers = [.. AppointmentAccess.Readers];
    private static readonly string[] Managers = [Roles.ClinicDoctor, Roles.ClinicStaff, Roles.NightDoctor, Roles.DeskOperator];
    private static readonly string[] Clinic = [Roles.ClinicDoctor, Roles.ClinicStaff];

    public static void MapAppointments(this IEndpointRouteBuilder app)
    {
        var list = app.MapGroup("/appointments").RequireRoles(Readers);
        list.MapGet("", async (bool? past, ListAppointmentsHandler show, PageRenderer pages, CancellationToken ct) =>
            pages.Page<AppointmentsPage>(new { Model = await show.HandleAsync(past == true, refresh: false, ct) }));
        list.MapGet("/live", async (bool? past, ListAppointmentsHandler show, PageRenderer pages, CancellationToken ct) =>
            pages.Fragment<AppointmentList>(new { Model = await show.HandleAsync(past == true, refresh: true, ct) }));
        list.MapGet("/{id:guid}", (Guid id, ShowAppointmentHandler show, PageRenderer pages, CancellationToken ct) => ShowAsync(id, AppointmentForms.Fresh, show, pages, ct));
        list.MapGet("/{id:guid}/live", async (Guid id, ShowAppointmentHandler show, PageRenderer pages, CancellationToken ct) =>
            await show.HandleAsync(id, AppointmentForms.Fresh, refresh: true, ct) is { } model ? pages.Fragment<AppointmentFrame>(new { Model = model }) : Results.NotFound());
        list.MapPost("/{id:guid}/cancel", (Guid id, FormPost post, ChangeAppointmentHandler change, ShowAppointmentHandler show, PageRenderer pages, CancellationToken ct) =>
            post.RunAsync(form => change.CancelAsync(id, form.Text("reason"), ct), _ => $"/appointments/{id}",
                state => ShowAsync(id, AppointmentForms.Fresh with { Cancel = state }, show, pages, ct), ct));
        list.MapGet("/{id:guid}/move", (Guid id, DateOnly? from, ShowMove show, PageRenderer pages, CancellationToken ct) => MoveAsync(id, from, FormState.Empty, show, pages, ct));
        list.MapPost("/{id:guid}/move", (Guid id, FormPost post, ChangeAppointmentHandler change, AnswerForResident answer, CurrentUser user, ShowMove show, PageRenderer pages, CancellationToken ct) =>
            post.RunAsync(
                form =>
                {
                    var (practitioner, startsAt) = SlotValue.Read(form.Text("slot"));
                    return user.Is(Roles.FacilityStaff) ? answer.MoveAsync(id, practitioner, startsAt, ct) : change.MoveAsync(id, practitioner, startsAt, ct);
                },
                _ => $"/appointments/{id}", state => MoveAsync(id, null, state, show, pages, ct), ct));
        app.MapPost("/appointments/{id:guid}/agree", (Guid id, FormPost post, AnswerForResident answer, ShowAppointmentHandler show, PageRenderer pages, CancellationToken ct) =>
            StepAsync(id, post, answer.AgreeAsync, show, pages, ct)).RequireRoles(Roles.FacilityStaff);
        app.MapPost("/appointments/{id:guid}/confirm", (Guid id, FormPost post, AnswerForResident answer, ShowAppointmentHandler show, PageRenderer pages, CancellationToken ct) =>
            StepAsync(id, post, answer.ConfirmAsync, show, pages, ct)).RequireRoles(Roles.FacilityStaff);
        list.MapGet("/{id:guid}/calendar.ics", (Guid id, ExportCalendar export, CancellationToken ct) => export.OneAsync(id, ct));

        var manage = app.MapGroup("/appointments/{id:guid}").RequireRoles(Managers);
        manage.MapPost("/accept", (Guid id, FormPost post, ChangeAppointmentHandler change, ShowAppointmentHandler show, PageRenderer pages, CancellationToken ct) =>
            StepAsync(id, post, change.AcceptAsync, show, pages, ct));
        manage.MapPost("/no-show", (Guid id, FormPost post, ChangeAppointmentHandler change, ShowAppointmentHandler show, PageRenderer pages, CancellationToken ct) =>
            StepAsync(id, post, change.NoShowAsync, show, pages, ct));
        manage.MapGet("/links", (Guid id, string? shown, ShowAppointmentHandler show, PageRenderer pages, CancellationToken ct) => LinksAsync(id, shown, FormState.Empty, show, pages, ct));
        manage.MapPost("/links", (Guid id, FormPost post, ShowAppointmentHandler show, PageRenderer pages, CancellationToken ct) => post.RunAsync(
            _ => show.GiveAsync(id, ct), shown => $"/appointments/{id}/links?shown={shown}", state => LinksAsync(id, null, state, show, pages, ct), ct));
        manage.MapPost("/links/send", (Guid id, FormPost post, ShowAppointmentHandler show, PageRenderer pages, CancellationToken ct) => post.RunAsync(
            _ => show.SendAgainAsync(id, ct), _ => $"/appointments/{id}", state => LinksAsync(id, null, state, show, pages, ct), ct));
        manage.MapPost("/links/{link:guid}/revoke", (Guid id, Guid link, FormPost post, ShowAppointmentHandler show, PageRenderer pages, CancellationToken ct) => post.RunAsync(
            _ => show.RevokeAsync(id, link, ct), _ => $"/appointments/{id}/links", state => LinksAsync(id, null, state, show, pages, ct), ct));

        app.MapGet("/appointments/calendar.ics", (ExportCalendar export, CancellationToken ct) => export.AllAsync(ct)).RequireRoles([.. Clinic, Roles.NightDoctor]);
        app.MapGet("/waiting/{id:guid}/withdraw", async (Guid id, ShowWaiting show, PageRenderer pages, CancellationToken ct) =>
            await show.HandleAsync(id, ct) is { } model ? pages.Page<WithdrawPage>(new { Model = model, Form = FormState.Empty }) : Results.NotFound())
            .RequireRoles([.. Clinic, Roles.FacilityStaff]);
        app.MapPost("/waiting/{id:guid}/withdraw", (Guid id, FormPost post, JoinWaitingListHandler join, ShowWaiting show, PageRenderer pages, CancellationToken ct) => post.RunAsync(
            _ => join.WithdrawAsync(id, ct), _ => "/appointments",
            async state => await show.HandleAsync(id, ct) is { } model ? pages.Page<WithdrawPage>(new { Model = model, Form = state }) : Results.NotFound(), ct))
            .RequireRoles([.. Clinic, Roles.FacilityStaff]);
    }

    private static Task<IResult> StepAsync(
        Guid id, FormPost post, Func<Guid, CancellationToken, Task<Result<Appointment>>> step, ShowAppointmentHandler show, PageRenderer pages,
        CancellationToken cancellationToken) => post.RunAsync(
            _ => step(id, cancellationToken), _ => $"/appointments/{id}",
            state => ShowAsync(id, AppointmentForms.Fresh with { Step = state }, show, pages, cancellationToken), cancellationToken);

    private static async Task<IResult> ShowAsync(Guid id, AppointmentForms forms, ShowAppointmentHandler show, PageRenderer pages, CancellationToken cancellationToken) =>
        await show.HandleAsync(id, forms, refresh: false, cancellationToken) is { } model ? pages.Page<AppointmentPage>(new { Model = model }) : Results.NotFound();

    private static async Task<IResult> MoveAsync(Guid id, DateOnly? from, FormState form, ShowMove show, PageRenderer pages, CancellationToken cancellationToken) =>
        await show.HandleAsync(id, from, form, cancellationToken) is { } model ? pages.Page<MovePage>(new { Model = model }) : Results.NotFound();

    private static async Task<IResult> LinksAsync(Guid id, string? shown, FormState form, ShowAppointmentHandler show, PageRenderer pages, CancellationToken cancellationToken) =>
        await show.LinksAsync(id, shown, form, cancellationToken) is { } model ? pages.Page<JoinLinksPage>(new { Model = model }) : Results.NotFound();
}
