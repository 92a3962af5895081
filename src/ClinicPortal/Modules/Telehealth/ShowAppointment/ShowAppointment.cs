using ClinicPortal.Modules.Identity.Contracts;
using ClinicPortal.Modules.Telehealth.ChangeAppointment;
using ClinicPortal.Modules.Telehealth.ChangeOwnAppointment;
using ClinicPortal.Modules.Telehealth.Data;
using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Modules.Telehealth.SendMessages;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Telehealth.ShowAppointment;

/// <summary>The one button of an appointment's page.</summary>
public enum AppointmentStep
{
    None,
    Accept,

    /// <summary>The facility's answer to the time that the clinic proposes.</summary>
    Agree,

    /// <summary>The facility's word that its resident will be there.</summary>
    Confirm,
    OpenRoom,
    MarkNoShow,
}

/// <summary>The state of each form of the page.</summary>
public sealed record AppointmentForms(FormState Step, FormState Cancel)
{
    public static AppointmentForms Fresh => new(FormState.Empty, FormState.Empty);
}

/// <param name="ToldCode">The code that somebody must tell by phone; null when there is none to tell, or it is not for the reader.</param>
/// <param name="Offer">Of the waiting list, while it is open.</param>
/// <param name="Manages">May move, cancel and give links.</param>
/// <param name="MovesOwn">The resident's home, which may choose another free time.</param>
/// <param name="ReadsChart">Is of a clinic that the appointment concerns, or its doctor.</param>
public sealed record AppointmentModel(
    Appointment Appointment, TenantInfo Tenant, string Service, IReadOnlyList<Participant> People, IReadOnlyList<AppointmentEvent> Events,
    IReadOnlyList<OutgoingMessage> Messages, WaitingOffer? Offer, string? ToldCode, AppointmentStep Next, bool Manages, bool MovesOwn, bool MayCancel, bool Conducts, bool ReadsChart, DateTimeOffset Now,
    AppointmentForms Forms)
{
    public bool MayMove => Offer is null && (MovesOwn || Manages && Appointment.Status is AppointmentStatus.Proposed or AppointmentStatus.Booked);

    /// <summary>Neither mail nor short messages reach the patient: somebody must hand the link over.</summary>
    public bool NobodyIsTold => Manages && Appointment.Status == AppointmentStatus.Booked && PatientMessages.Ways(Appointment).Count == 0;

    /// <summary>What was written and shown during the call is part of the chart.</summary>
    public bool ReadsChat => ReadsChart && Appointment.Status is AppointmentStatus.Fulfilled;

    public bool MayMarkNoShow => Manages && Appointment.Status == AppointmentStatus.Booked && Now >= Appointment.StartsAt;
}

/// <param name="Shown">The link that was just given: it is shown this once.</param>
public sealed record JoinLinksModel(Appointment Appointment, TenantInfo Tenant, bool MayGive, bool MaySend, IReadOnlyList<GivenLink> Given, ShownLink? Shown, FormState Form);

/// <summary>予約の画面: how it stands, who takes part, what has happened, and the next step.</summary>
public sealed class ShowAppointmentHandler(
    TelehealthContext db, CurrentUser user, AppointmentAccess access, ChangeAppointmentHandler changes, ChangeOwnAppointmentHandler own, IVisitorLinks links, PatientMessages messages, AppointmentNews news,
    AuditTrail audit, ITenantResolver tenants, TimeProvider clock)
{
    private static VisitorPurpose Purpose => JoinConsultation.JoinConsultation.Purpose;

    public async Task<AppointmentModel?> HandleAsync(Guid id, AppointmentForms forms, bool refresh, CancellationToken cancellationToken)
    {
        if (await access.FindAsync(id, cancellationToken) is not { } appointment)
        {
            return null;
        }
        var (tenantId, now) = (appointment.TenantId, clock.GetUtcNow());
        var people = await db.Participants.AsNoTracking().Where(p => p.TenantId == tenantId && p.AppointmentId == id).OrderBy(p => p.Role).ThenBy(p => p.Id).ToListAsync(cancellationToken);
        var events = await db.Events.AsNoTracking().Where(e => e.TenantId == tenantId && e.AppointmentId == id).OrderBy(e => e.At).ThenBy(e => e.Id).ToListAsync(cancellationToken);
        var sent = await db.Messages.AsNoTracking().Where(m => m.TenantId == tenantId && m.AppointmentId == id).OrderBy(m => m.CreatedAt).ThenBy(m => m.Id).ToListAsync(cancellationToken);
        var offer = await db.Offers.AsNoTracking().SingleOrDefaultAsync(o => o.TenantId == tenantId && o.AppointmentId == id && o.State == OfferState.Open, cancellationToken);
        var manages = access.Manages(appointment);
        var code = manages && appointment.IsOpen ? await CodeAsync(appointment, people, offer, sent, cancellationToken) : null;
        if (refresh)
        {
            audit.Listed("appointment", [(tenantId, id, (Guid?)appointment.PatientId)], refresh: true);
        }
        else
        {
            audit.Opened(tenantId, "appointment", id, detail: code is null ? null : "code", patient: appointment.PatientId);
        }
        var tenant = tenants.ById(tenantId)!;
        return new AppointmentModel(
            appointment, tenant, tenant.Settings.OnlineConsultation?.ServiceNamed(appointment.Service)?.Label.ToString() ?? appointment.Service, people, events, sent, offer, code,
            NextOf(appointment, offer, manages, now), manages, access.Asked(appointment) && own.MayMove(appointment), changes.MayCancel(appointment), access.Conducts(appointment), manages && !user.Is(Roles.DeskOperator), now, forms);
    }

    public async Task<JoinLinksModel?> LinksAsync(Guid id, string? shown, FormState form, CancellationToken cancellationToken)
    {
        if (await ManagedAsync(id, cancellationToken) is not var (appointment, patient))
        {
            return null;
        }
        audit.Opened(appointment.TenantId, "appointment", id, detail: "links", patient: appointment.PatientId);
        return new JoinLinksModel(
            appointment, tenants.ById(appointment.TenantId)!, MayGive(appointment), PatientMessages.Ways(appointment).Count > 0,
            await links.OfAsync(Purpose, new TenantId(appointment.TenantId), patient.Id, cancellationToken), links.Unwrap(patient.Id, shown), form);
    }

    /// <returns>What the next page shows once: link and code, readable by this session only.</returns>
    public async Task<Result<string>> GiveAsync(Guid id, CancellationToken cancellationToken)
    {
        if (await ManagedAsync(id, cancellationToken) is not var (appointment, patient))
        {
            return Error.NotFound("appointment.not-found");
        }
        if (!MayGive(appointment))
        {
            return Error.Conflict("appointment.not-booked");
        }
        var tenant = new TenantId(appointment.TenantId);
        var issued = await links.IssueAsync(
            Purpose, tenant, patient.Id, appointment.PatientBirthDate, appointment.EndsAt + PatientMessages.JoinLinkLasts, cancellationToken);
        audit.Changed(tenant.Value, "link", issued.Id, $"given, appointment {appointment.Number}", patient: appointment.PatientId);
        return links.Wrap(tenant, patient.Id, issued);
    }

    /// <summary>The same ways as before, a new link.</summary>
    public async Task<Result<Guid>> SendAgainAsync(Guid id, CancellationToken cancellationToken)
    {
        if (await ManagedAsync(id, cancellationToken) is not var (appointment, _))
        {
            return Error.NotFound("appointment.not-found");
        }
        if (!MayGive(appointment))
        {
            return Error.Conflict("appointment.not-booked");
        }
        if (PatientMessages.Ways(appointment).Count == 0)
        {
            return Error.Conflict("booking.no-way");
        }
        await messages.SendJoinLinkAsync(appointment, $"again-{Guid.CreateVersion7(clock.GetUtcNow()):N}", cancellationToken);
        return id;
    }

    public async Task<Result<Guid>> RevokeAsync(Guid id, Guid link, CancellationToken cancellationToken)
    {
        if (await ManagedAsync(id, cancellationToken) is not var (appointment, patient)
            || !await links.RevokeAsync(Purpose, new TenantId(appointment.TenantId), patient.Id, link, cancellationToken))
        {
            return Error.NotFound("appointment.not-found");
        }
        audit.Changed(appointment.TenantId, "link", link, $"revoked, appointment {appointment.Number}", patient: appointment.PatientId);
        news.Changed(appointment);
        return link;
    }

    private static bool MayGive(Appointment appointment) => appointment.Status is AppointmentStatus.Booked or AppointmentStatus.Arrived or AppointmentStatus.InProgress;

    private async Task<(Appointment Appointment, Participant Patient)?> ManagedAsync(Guid id, CancellationToken cancellationToken) =>
        await access.FindAsync(id, cancellationToken) is { } appointment && access.Manages(appointment)
        && await db.Participants.SingleOrDefaultAsync(
            p => p.TenantId == appointment.TenantId && p.AppointmentId == id && p.Role == ParticipantRole.Patient, cancellationToken) is { } patient
            ? (appointment, patient) : null;

    /// <summary>Of the last link that nobody has opened: once it is used, its code opens nothing and is not shown any more.</summary>
    private async Task<string?> CodeAsync(
        Appointment appointment, List<Participant> people, WaitingOffer? offer, List<OutgoingMessage> sent, CancellationToken cancellationToken)
    {
        if (sent.FindLast(m => m is { Channel: MessageChannel.Told, SentAt: null }) is not { LinkId: { } link } told)
        {
            return null;
        }
        var (purpose, subject) = offer is null ? (Purpose, people.Find(p => p.Role == ParticipantRole.Patient)!.Id) : (AnswerOffer.AnswerOffer.Purpose, appointment.Id);
        var given = await links.OfAsync(purpose, new TenantId(appointment.TenantId), subject, cancellationToken);
        return given.Any(l => l.Id == link && l.State == VisitorLinkState.Open) ? told.SealedContent.Value.Text : null;
    }

    private AppointmentStep NextOf(Appointment appointment, WaitingOffer? offer, bool manages, DateTimeOffset now) => appointment.Status switch
    {
        AppointmentStatus.Proposed when manages && offer is null => AppointmentStep.Accept,
        AppointmentStatus.Proposed when appointment.AwaitsPatient && access.Asked(appointment) => AppointmentStep.Agree,
        AppointmentStatus.Booked when appointment.PatientConfirmedAt is null && now < appointment.StartsAt && access.Asked(appointment) => AppointmentStep.Confirm,
        AppointmentStatus.Booked or AppointmentStatus.Arrived or AppointmentStatus.InProgress when access.Conducts(appointment) => AppointmentStep.OpenRoom,
        AppointmentStatus.Booked when manages && now >= appointment.EndsAt && !user.Is(Roles.NightDoctor) => AppointmentStep.MarkNoShow,
        _ => AppointmentStep.None,
    };
}
