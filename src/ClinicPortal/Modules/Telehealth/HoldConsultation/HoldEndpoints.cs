using ClinicPortal.Modules.Telehealth.Room;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Http;
using ClinicPortal.Ui;

namespace ClinicPortal.Modules.Telehealth.HoldConsultation;

internal static class HoldEndpoints
{
    private static readonly string[] Doctors = [Roles.ClinicDoctor, Roles.NightDoctor];

    public static void MapHoldConsultation(this IEndpointRouteBuilder app)
    {
        app.MapGet("/consultations", async (HoldConsultation hold, PageRenderer pages, CancellationToken cancellationToken) =>
            pages.Page<ConsultationsPage>(new { Model = await hold.ListAsync(refresh: false, cancellationToken) })).RequireRoles(Doctors);
        app.MapGet("/consultations/live", async (HoldConsultation hold, PageRenderer pages, CancellationToken cancellationToken) =>
            pages.Fragment<ConsultationList>(new { Model = await hold.ListAsync(refresh: true, cancellationToken) })).RequireRoles(Doctors);
        app.MapGet("/consultations/{id:guid}", (Guid id, HoldConsultation hold, PageRenderer pages, CancellationToken cancellationToken) =>
            ShowAsync(id, FormState.Empty, hold, pages, cancellationToken)).RequireRoles(Doctors);
        app.MapGet("/consultations/{id:guid}/people", (Guid id, HoldConsultation hold, PageRenderer pages, CancellationToken cancellationToken) =>
            PeopleAsync(id, FormState.Empty, hold, pages, cancellationToken)).RequireRoles(Doctors);
        app.MapGet("/consultations/{id:guid}/ticket", TicketAsync).RequireRoles(Doctors);
        app.MapPost("/consultations/{id:guid}/next", (Guid id, FormPost post, MoveConsultation move, HoldConsultation hold, PageRenderer pages, CancellationToken cancellationToken) => post.RunAsync(
            form => move.MoveOnAsync(id, form.Value<Guid>("next"), cancellationToken), next => $"/consultations/{next}",
            state => ShowAsync(id, state, hold, pages, cancellationToken), cancellationToken)).RequireRoles(Doctors);
        foreach (var step in Enum.GetValues<ConsultationStep>())
        {
            app.MapPost($"/consultations/{{id:guid}}/{step.ToString().ToLowerInvariant()}",
                (Guid id, FormPost post, MoveConsultation move, HoldConsultation hold, PageRenderer pages, CancellationToken cancellationToken) => post.RunAsync(
                    _ => move.HandleAsync(id, step, cancellationToken), _ => $"/consultations/{id}/people",
                    state => PeopleAsync(id, state, hold, pages, cancellationToken), cancellationToken)).RequireRoles(Doctors);
        }
    }

    private static async Task<IResult> ShowAsync(Guid id, FormState form, HoldConsultation hold, PageRenderer pages, CancellationToken cancellationToken) =>
        await hold.ShowAsync(id, refresh: false, form, cancellationToken) is { } held
            ? pages.Page<ConsultationPage>(new { Model = held, Summary = await hold.SummaryAsync(held, cancellationToken) }) : Results.NotFound();

    private static async Task<IResult> PeopleAsync(Guid id, FormState form, HoldConsultation hold, PageRenderer pages, CancellationToken cancellationToken) =>
        await hold.ShowAsync(id, refresh: true, form, cancellationToken) is { } held ? pages.Fragment<PeopleFrame>(new { Model = held }) : Results.NotFound();

    private static async Task<IResult> TicketAsync(Guid id, HoldConsultation hold, RoomTickets tickets, CurrentUser user, CancellationToken cancellationToken) =>
        user.SessionId is { } session && await hold.ShowAsync(id, refresh: true, FormState.Empty, cancellationToken) is { Appointment.IsOpen: true } held
            ? Results.Text(tickets.GiveDoctor(held.Appointment.TenantId, id, session)) : Results.NotFound();
}
