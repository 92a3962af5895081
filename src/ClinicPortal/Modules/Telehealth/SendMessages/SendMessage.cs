using ClinicPortal.Modules.Notifications.Contracts;
using ClinicPortal.Modules.Telehealth.Data;
using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Work;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Telehealth.SendMessages;

internal sealed record MessageRef(Guid Message);

/// <summary>Hands one message to the mail server or the service for short messages. Sent once, it is not sent again.</summary>
internal sealed class SendMessage(TelehealthContext db, IMailGateway mails, ISmsGateway shortMessages, AppointmentNews news, TimeProvider clock) : IWorkHandler
{
    public static string Kind => "telehealth.send-message";

    public static bool IsSlow => true;

    public static WorkItem Of(OutgoingMessage message, DateTimeOffset now) =>
        WorkItem.For(Kind, new TenantId(message.TenantId), new MessageRef(message.Id), $"{Kind}:{message.Id}", now);

    public async Task HandleAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var id = item.Read<MessageRef>().Message;
        if (await db.Messages.SingleOrDefaultAsync(m => m.Id == id, cancellationToken) is not { SentAt: null } message)
        {
            return;
        }
        var appointment = await db.Appointments.SingleAsync(a => a.TenantId == message.TenantId && a.Id == message.AppointmentId, cancellationToken);
        // What was cancelled or moved while a server did not answer is not announced any more.
        if (message.Kind is MessageKind.Reminder && appointment.Status != AppointmentStatus.Booked)
        {
            message.Sent(clock.GetUtcNow());
            await db.SaveChangesAsync(cancellationToken);
            return;
        }
        var content = message.SealedContent.Value;
        await (message.Channel == MessageChannel.Mail
            ? mails.SendAsync(new Mail(content.To, content.Subject!, content.Text, message.Id) { Calendar = content.Calendar }, cancellationToken)
            : shortMessages.SendAsync(new Sms(content.To, content.Text, message.Id), cancellationToken));
        message.Sent(clock.GetUtcNow());
        if (message.Kind == MessageKind.Reminder)
        {
            news.Add(appointment, AppointmentEventKind.Reminded);
        }
        news.Changed(appointment);
        await db.SaveChangesAsync(cancellationToken);
    }
}
