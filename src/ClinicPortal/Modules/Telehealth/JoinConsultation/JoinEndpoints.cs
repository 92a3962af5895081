using ClinicPortal.Modules.Identity.Contracts;
using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Modules.Telehealth.Room;
using ClinicPortal.Shared.Http;
using ClinicPortal.Ui;

namespace ClinicPortal.Modules.Telehealth.JoinConsultation;

/// <summary>Pages of patients and guests. The pass that the link left in the browser is the right to them.</summary>
internal static class JoinEndpoints
{
    public static void MapJoin(this IEndpointRouteBuilder app)
    {
        app.MapGet(JoinConsultation.Purpose.Path, DispatchAsync).AllowAnonymous();
        app.MapGet("/join/room", RoomAsync).AllowAnonymous();
        app.MapGet("/join/room/waiting", WaitingAsync).AllowAnonymous();
        app.MapGet("/join/room/ticket", TicketAsync).AllowAnonymous();
        app.MapPost("/join/language", SpeakAsync).AllowAnonymous();
        app.MapGet("/join/guest", (VisitorRequest visitor, PageRenderer pages, CancellationToken cancellationToken) =>
            GuestAsync(visitor, FormState.Empty, pages, cancellationToken)).AllowAnonymous();
        app.MapPost("/join/guest", IntroduceAsync).AllowAnonymous();
    }

    /// <summary>To what is to be done next, in the participant's own language.</summary>
    private static Task<IResult> DispatchAsync(VisitorRequest visitor, HttpContext context, CancellationToken cancellationToken) => visitor.RunAsync(
        JoinConsultation.Purpose, JoinConsultation.VisitorName,
        async (services, pass) =>
        {
            if (await services.GetRequiredService<JoinConsultation>().HandleAsync(pass.Subject, cancellationToken) is not { } room)
            {
                return Results.NotFound();
            }
            SpeakLanguage.Remember(context, room.Self.Language);
            var prepares = room is { IsGuest: false, IsOver: false, Tenant.Settings.OnlineConsultation: not null } && (await services.GetRequiredService<GateCheck>().ForPatientAsync(room.Appointment, cancellationToken)).Count > 0;
            return FormPost.SeeOther(room.MustAgree ? "/join/guest" : room.LeadsToAppointment ? "/join/appointment" : prepares ? "/join/prepare" : "/join/room");
        }, cancellationToken);

    private static Task<IResult> RoomAsync(VisitorRequest visitor, PageRenderer pages, CancellationToken cancellationToken) =>
        RunAsync(visitor, room => room.MustAgree ? FormPost.SeeOther("/join/guest") : room.LeadsToAppointment ? FormPost.SeeOther("/join/appointment") : pages.Page<RoomPage>(new { Model = room }), cancellationToken);

    private static Task<IResult> WaitingAsync(VisitorRequest visitor, PageRenderer pages, CancellationToken cancellationToken) =>
        RunAsync(visitor, room => pages.Fragment<WaitingFrame>(new { Model = room }), cancellationToken);

    private static Task<IResult> TicketAsync(VisitorRequest visitor, RoomTickets tickets, CancellationToken cancellationToken) => visitor.RunAsync(
        JoinConsultation.Purpose, JoinConsultation.VisitorName,
        async (services, pass) => await services.GetRequiredService<JoinConsultation>().HandleAsync(pass.Subject, cancellationToken) is { IsOver: false, IsEarly: false } room
            ? Results.Text(tickets.GiveVisitor(room.Self.TenantId, room.Appointment.Id, room.Self.Id, pass.LinkId)) : Results.NotFound(),
        cancellationToken);

    private static Task<IResult> SpeakAsync(VisitorRequest visitor, HttpContext context, CancellationToken cancellationToken) => visitor.RunAsync(
        JoinConsultation.Purpose, JoinConsultation.VisitorName,
        (services, pass) => services.GetRequiredService<FormPost>().RunAsync(
            form => services.GetRequiredService<SpeakLanguage>().HandleAsync(pass.Subject, form.Text("language"), cancellationToken),
            language =>
            {
                SpeakLanguage.Remember(context, language);
                return "/join";
            },
            _ => Task.FromResult(Results.NotFound()), cancellationToken),
        cancellationToken);

    private static Task<IResult> GuestAsync(VisitorRequest visitor, FormState form, PageRenderer pages, CancellationToken cancellationToken) =>
        RunAsync(visitor, room => !room.IsGuest || room.IsOver || room.Rules is null ? Results.NotFound() : pages.Page<GuestPage>(new { Model = room, Form = form }), cancellationToken);

    private static Task<IResult> IntroduceAsync(VisitorRequest visitor, HttpContext context, PageRenderer pages, CancellationToken cancellationToken) => visitor.RunAsync(
        JoinConsultation.Purpose, JoinConsultation.VisitorName,
        (services, pass) => services.GetRequiredService<FormPost>().RunAsync(
            form => services.GetRequiredService<IntroduceGuest>().HandleAsync(
                pass.Subject, new Introduction(form.Text("name"), form.Text("language"), form.Checked("agrees"), form.Text("version")), cancellationToken),
            language =>
            {
                SpeakLanguage.Remember(context, language);
                return "/join/room";
            },
            async state => await services.GetRequiredService<JoinConsultation>().HandleAsync(pass.Subject, cancellationToken) is { IsGuest: true, Rules: not null } room
                ? pages.Page<GuestPage>(new { Model = room, Form = state }) : Results.NotFound(),
            cancellationToken),
        cancellationToken);

    private static Task<IResult> RunAsync(VisitorRequest visitor, Func<JoinedRoom, IResult> show, CancellationToken cancellationToken) => visitor.RunAsync(
        JoinConsultation.Purpose, JoinConsultation.VisitorName,
        async (services, pass) => await services.GetRequiredService<JoinConsultation>().HandleAsync(pass.Subject, cancellationToken) is { } room ? show(room) : Results.NotFound(),
        cancellationToken);
}
