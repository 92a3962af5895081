using System.Globalization;
using ClinicPortal.Modules.Identity.Contracts;
using ClinicPortal.Modules.Telehealth.AnswerOffer;
using ClinicPortal.Modules.Telehealth.BookAppointment;
using ClinicPortal.Modules.Telehealth.CalendarFiles;
using ClinicPortal.Modules.Telehealth.ChangeAppointment;
using ClinicPortal.Modules.Telehealth.Data;
using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Modules.Telehealth.JoinWaitingList;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Ui;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Telehealth.AskForAppointment;

/// <summary>What patients and families do about appointments by their links. The pass in the browser is the right to it.</summary>
internal static class VisitorEndpoints
{
    private static VisitorPurpose Join => JoinConsultation.JoinConsultation.Purpose;

    public static void MapBookingByLink(this IEndpointRouteBuilder app)
    {
        app.MapGet("/book", (string? service, DateOnly? from, VisitorRequest visitor, PageRenderer pages, CancellationToken ct) => visitor.RunAsync(
            BookByLink.Purpose, BookByLink.VisitorName,
            (services, pass) => BookAsync(services, pass, service, from, FormState.Empty, FormState.Empty, pages, ct), ct)).AllowAnonymous();
        app.MapPost("/book", (VisitorRequest visitor, PageRenderer pages, CancellationToken ct) => visitor.RunAsync(
            BookByLink.Purpose, BookByLink.VisitorName,
            (services, pass) => services.GetRequiredService<FormPost>().RunAsync(
                form => services.GetRequiredService<BookAppointmentHandler>().HandleAsync(
                    BookEndpoints.Input(pass.Subject, form, CultureInfo.CurrentUICulture.TwoLetterISOLanguageName), ct),
                _ => "/book", state => BookAsync(services, pass, state.Value("service"), null, state, FormState.Empty, pages, ct), ct), ct)).AllowAnonymous();
        app.MapPost("/book/waiting", (VisitorRequest visitor, PageRenderer pages, CancellationToken ct) => visitor.RunAsync(
            BookByLink.Purpose, BookByLink.VisitorName,
            (services, pass) => services.GetRequiredService<FormPost>().RunAsync(
                form => services.GetRequiredService<JoinWaitingListHandler>().HandleAsync(BookEndpoints.Waiting(pass.Subject, form), ct),
                _ => "/book", state => BookAsync(services, pass, state.Value("service"), null, FormState.Empty, state, pages, ct), ct), ct)).AllowAnonymous();
        app.MapGet("/offer", (VisitorRequest visitor, PageRenderer pages, CancellationToken ct) => visitor.RunAsync(
            AnswerOffer.AnswerOffer.Purpose, BookByLink.VisitorName, (services, pass) => OfferAsync(services, pass, FormState.Empty, pages, ct), ct)).AllowAnonymous();
        app.MapPost("/offer/accept", (VisitorRequest visitor, PageRenderer pages, CancellationToken ct) => visitor.RunAsync(
            AnswerOffer.AnswerOffer.Purpose, BookByLink.VisitorName,
            (services, pass) => services.GetRequiredService<FormPost>().RunAsync(
                _ => services.GetRequiredService<AnswerOfferHandler>().AcceptAsync(pass.Subject, ct), _ => "/offer",
                state => OfferAsync(services, pass, state, pages, ct), ct), ct)).AllowAnonymous();
        app.MapPost("/offer/refuse", (VisitorRequest visitor, PageRenderer pages, CancellationToken ct) => visitor.RunAsync(
            AnswerOffer.AnswerOffer.Purpose, BookByLink.VisitorName,
            (services, pass) => services.GetRequiredService<FormPost>().RunAsync(
                _ => services.GetRequiredService<AnswerOfferHandler>().RefuseAsync(pass.Subject, ct), _ => "/offer",
                state => OfferAsync(services, pass, state, pages, ct), ct), ct)).AllowAnonymous();
        app.MapGet("/join/appointment", (VisitorRequest visitor, PageRenderer pages, CancellationToken ct) => visitor.RunAsync(
            Join, BookByLink.VisitorName, (services, pass) => AppointmentAsync(services, pass, FormState.Empty, pages, ct), ct)).AllowAnonymous();
        app.MapPost("/join/confirm", (VisitorRequest visitor, PageRenderer pages, CancellationToken ct) => visitor.RunAsync(
            Join, BookByLink.VisitorName, (services, pass) => ChangeAsync(services, pass, (change, a, _) => change.ConfirmByPatientAsync(a, ct), pages, ct), ct)).AllowAnonymous();
        app.MapPost("/join/cancel", (VisitorRequest visitor, PageRenderer pages, CancellationToken ct) => visitor.RunAsync(
            Join, BookByLink.VisitorName,
            (services, pass) => ChangeAsync(services, pass, (change, a, form) => change.CancelByPatientAsync(a, form.Text("reason"), ct), pages, ct), ct)).AllowAnonymous();
        app.MapGet("/join/calendar.ics", (VisitorRequest visitor, CancellationToken ct) => visitor.RunAsync(
            Join, BookByLink.VisitorName,
            async (services, pass) => await FindAsync(services, pass, ct) is { } appointment
                ? CalendarAnswer.Of(services.GetRequiredService<CalendarFile>().ForPatient(
                    appointment, services.GetRequiredService<ITenantResolver>().ById(appointment.TenantId)!, CultureInfo.CurrentUICulture.TwoLetterISOLanguageName))
                : Results.NotFound(), ct)).AllowAnonymous();
    }

    private static async Task<IResult> BookAsync(
        IServiceProvider services, VisitorPass pass, string? service, DateOnly? from, FormState form, FormState waiting, PageRenderer pages, CancellationToken cancellationToken) =>
        await services.GetRequiredService<BookByLink>().HandleAsync(pass.Subject, service, from, form, waiting, cancellationToken) is { } model
            ? pages.Page<BookByLinkPage>(new { Model = model }) : Results.NotFound();

    private static async Task<IResult> OfferAsync(IServiceProvider services, VisitorPass pass, FormState form, PageRenderer pages, CancellationToken cancellationToken) =>
        await services.GetRequiredService<AnswerOfferHandler>().ShowAsync(pass.Subject, cancellationToken) is { } offer
            ? pages.Page<OfferPage>(new { Model = offer, Form = form }) : Results.NotFound();

    private static async Task<IResult> AppointmentAsync(IServiceProvider services, VisitorPass pass, FormState form, PageRenderer pages, CancellationToken cancellationToken)
    {
        if (await FindAsync(services, pass, cancellationToken) is not { } appointment)
        {
            return Results.NotFound();
        }
        services.GetRequiredService<AuditTrail>().Opened(appointment.TenantId, "appointment", appointment.Id, Join.Name, patient: appointment.PatientId);
        return pages.Page<OwnAppointmentPage>(new { Model = appointment, Tenant = services.GetRequiredService<ITenantResolver>().ById(appointment.TenantId)!, Form = form });
    }

    private static Task<IResult> ChangeAsync(
        IServiceProvider services, VisitorPass pass, Func<ChangeAppointmentHandler, Appointment, FormPost, Task<Shared.Results.Result<Appointment>>> change, PageRenderer pages,
        CancellationToken cancellationToken) => services.GetRequiredService<FormPost>().RunAsync(
            async form => await FindAsync(services, pass, cancellationToken) is { } appointment
                ? await change(services.GetRequiredService<ChangeAppointmentHandler>(), appointment, form) : Shared.Results.Error.NotFound("appointment.not-found"),
            _ => "/join/appointment", state => AppointmentAsync(services, pass, state, pages, cancellationToken), cancellationToken);

    /// <summary>Of the patient's own link; guests neither confirm nor cancel.</summary>
    private static async Task<Appointment?> FindAsync(IServiceProvider services, VisitorPass pass, CancellationToken cancellationToken)
    {
        var db = services.GetRequiredService<TelehealthContext>();
        return await db.Participants.AsNoTracking().SingleOrDefaultAsync(p => p.Id == pass.Subject && p.Role == ParticipantRole.Patient, cancellationToken) is { } patient
            ? await db.Appointments.SingleOrDefaultAsync(a => a.TenantId == patient.TenantId && a.Id == patient.AppointmentId, cancellationToken) : null;
    }
}
