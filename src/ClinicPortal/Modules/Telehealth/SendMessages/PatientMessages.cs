using ClinicPortal.Modules.Identity.Contracts;
using ClinicPortal.Modules.Notifications.Contracts;
using ClinicPortal.Modules.Telehealth.CalendarFiles;
using ClinicPortal.Modules.Telehealth.Data;
using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Modules.Telehealth.RecoverLink;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Telehealth.SendMessages;

/// <summary>
/// Writes what goes to the patient or family: the link by one way, its code by another. Written with the change that it tells of, sent after the commit,
/// each once: what has a key that was used is not written again.
/// </summary>
public sealed class PatientMessages(
    TelehealthContext db, PortalSession session, IVisitorLinks links, IPortalAddresses addresses, MessageWords words, CalendarFile calendar, AppointmentNews news,
    AuditTrail audit, ITenantResolver tenants, TimeProvider clock)
{
    /// <summary>The summary of the consultation is read by the same link.</summary>
    public static readonly TimeSpan JoinLinkLasts = TimeSpan.FromHours(24);

    /// <summary>The link to the waiting room, with the day in a calendar file.</summary>
    /// <param name="occasion">A second link for the same one is not given.</param>
    public async Task SendJoinLinkAsync(Appointment to, string occasion, CancellationToken cancellationToken)
    {
        var patient = await PatientOfAsync(to, cancellationToken);
        await SendLinkAsync(
            to, patient.Language, JoinConsultation.JoinConsultation.Purpose, patient.Id, to.EndsAt + JoinLinkLasts, MessageKind.JoinLink, MessageKind.JoinCode,
            $"join:{to.Id}:{occasion}", cancellationToken);
    }

    /// <summary>The link by a message to the caller's phone, where it can read one; link and code for the page of whoever is on the phone with the caller.</summary>
    /// <returns>What that page shows once.</returns>
    public async Task<string> GiveJoinLinkAsync(Appointment to, CancellationToken cancellationToken)
    {
        var (patient, tenant) = (await PatientOfAsync(to, cancellationToken), tenants.ById(to.TenantId)!);
        var issued = await links.IssueAsync(
            JoinConsultation.JoinConsultation.Purpose, new TenantId(to.TenantId), patient.Id, to.PatientBirthDate, to.EndsAt + JoinLinkLasts, cancellationToken);
        if (Ways(to) is [var first, ..])
        {
            var address = addresses.InMails(tenant.Identifier) + issued.Path;
            await AddAsync(
                to, $"join:{to.Id}:now:link", MessageKind.JoinLink, first.Channel, issued.Id,
                words.Of(MessageKind.JoinLink, first.Channel, first.To, to, tenant, patient.Language, address, until: issued.ExpiresAt), cancellationToken);
            news.Add(to, AppointmentEventKind.LinkSent);
            await db.SaveChangesAsync(cancellationToken);
        }
        audit.Changed(to.TenantId, "link", issued.Id, $"given, appointment {to.Number}", patient: to.PatientId);
        return links.Wrap(new TenantId(to.TenantId), patient.Id, issued);
    }

    /// <summary>The link to take or refuse a time that became free.</summary>
    public async Task SendOfferAsync(Appointment held, WaitingOffer offer, CancellationToken cancellationToken) => await SendLinkAsync(
        held, (await PatientOfAsync(held, cancellationToken)).Language, AnswerOffer.AnswerOffer.Purpose, held.Id, offer.ExpiresAt, MessageKind.OfferLink,
        MessageKind.OfferCode, $"offer:{offer.Id}", cancellationToken);

    /// <summary>The link to say yes or no to another time than was asked for.</summary>
    public async Task SendOtherTimeAsync(Appointment proposed, string occasion, CancellationToken cancellationToken)
    {
        var patient = await PatientOfAsync(proposed, cancellationToken);
        await SendLinkAsync(
            proposed, patient.Language, JoinConsultation.JoinConsultation.Purpose, patient.Id, proposed.EndsAt + JoinLinkLasts, MessageKind.OtherTime, MessageKind.JoinCode,
            $"other-time:{proposed.Id}:{occasion}", cancellationToken);
    }

    /// <summary>A message without a link.</summary>
    public async Task TellAsync(Appointment about, MessageKind kind, string occasion, CancellationToken cancellationToken)
    {
        var language = (await PatientOfAsync(about, cancellationToken)).Language;
        foreach (var (channel, to) in Ways(about))
        {
            await AddAsync(about, $"{kind}:{about.Id}:{occasion}:{channel}", kind, channel, null, Words(kind, channel, to, about, language), cancellationToken);
        }
    }

    /// <summary>What is still on its way about a time that no longer counts. Links stay: whoever opens one reads what has become of the appointment.</summary>
    public async Task DropUnsentAsync(Appointment of, CancellationToken cancellationToken)
    {
        foreach (var waits in await db.Messages.Where(m => m.TenantId == of.TenantId && m.AppointmentId == of.Id && m.SentAt == null).ToListAsync(cancellationToken))
        {
            waits.Sent(clock.GetUtcNow());
        }
        await db.SaveChangesAsync(cancellationToken);
    }

    /// <summary>Both ways to the patient that are known: the mail address first.</summary>
    public static IReadOnlyList<(MessageChannel Channel, string To)> Ways(Appointment about) =>
    [
        .. about.Told.ContactEmail is { } mail && MailAddresses.IsPlain(mail) ? new[] { (MessageChannel.Mail, mail) } : [],
        .. MobileNumbers.IsMobile(about.Told.ContactPhone) ? new[] { (MessageChannel.Sms, about.Told.ContactPhone!) } : [],
    ];

    private async Task SendLinkAsync(
        Appointment to, string language, VisitorPurpose purpose, Guid subject, DateTimeOffset expiresAt, MessageKind linkKind, MessageKind codeKind, string key,
        CancellationToken cancellationToken)
    {
        if (Ways(to) is not [var first, ..] ways || await db.Messages.AnyAsync(m => m.TenantId == to.TenantId && m.Key == $"{key}:link", cancellationToken))
        {
            return;
        }
        var tenant = tenants.ById(to.TenantId)!;
        var issued = await links.IssueAsync(purpose, new TenantId(to.TenantId), subject, to.PatientBirthDate, expiresAt, cancellationToken);
        var address = addresses.InMails(tenant.Identifier) + issued.Path;
        var link = words.Of(linkKind, first.Channel, first.To, to, tenant, language, address, until: expiresAt);
        if (first.Channel == MessageChannel.Mail && linkKind == MessageKind.JoinLink)
        {
            link = link with { Calendar = calendar.ForPatient(to, tenant, language) };
        }
        await AddAsync(to, $"{key}:link", linkKind, first.Channel, issued.Id, link, cancellationToken);
        // Never both by the same way: who reads one must not have the other. Without a second way a person tells it.
        var (channel, destination) = ways.Count > 1 ? ways[1] : (MessageChannel.Told, "");
        await AddAsync(
            to, $"{key}:code", codeKind, channel, issued.Id,
            channel == MessageChannel.Told ? new MessageContent("", null, issued.Code) : words.Of(codeKind, channel, destination, to, tenant, language, code: issued.Code),
            cancellationToken);
        audit.Changed(to.TenantId, "link", issued.Id, $"sent, appointment {to.Number}", patient: to.PatientId);
        if (linkKind == MessageKind.JoinLink)
        {
            news.Add(to, AppointmentEventKind.LinkSent);
            await db.SaveChangesAsync(cancellationToken);
        }
    }

    private MessageContent Words(MessageKind kind, MessageChannel channel, string to, Appointment about, string language)
    {
        var tenant = tenants.ById(about.TenantId)!;
        // Whoever is reminded looks for the link, and may not find it.
        var content = words.Of(kind, channel, to, about, tenant, language, kind == MessageKind.Reminder ? addresses.InMails(tenant.Identifier) + RecoverEndpoints.Path : null);
        return channel == MessageChannel.Mail && kind is MessageKind.Cancelled or MessageKind.ClinicOutside ? content with { Calendar = calendar.ForPatient(about, tenant, language) } : content;
    }

    private async Task AddAsync(
        Appointment about, string key, MessageKind kind, MessageChannel channel, Guid? link, MessageContent content, CancellationToken cancellationToken)
    {
        if (await db.Messages.AnyAsync(m => m.TenantId == about.TenantId && m.Key == key, cancellationToken))
        {
            return;
        }
        var message = OutgoingMessage.Of(about, key, kind, channel, link, content, clock.GetUtcNow());
        db.Messages.Add(message);
        await db.SaveChangesAsync(cancellationToken);
        if (channel != MessageChannel.Told)
        {
            session.Enqueue(SendMessage.Of(message, clock.GetUtcNow()));
        }
    }

    private Task<Participant> PatientOfAsync(Appointment appointment, CancellationToken cancellationToken) => db.Participants.SingleAsync(
        p => p.TenantId == appointment.TenantId && p.AppointmentId == appointment.Id && p.Role == ParticipantRole.Patient, cancellationToken);
}
