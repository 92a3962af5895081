using ClinicPortal.Modules.Associations.Checklist;
using ClinicPortal.Modules.Associations.Data;
using ClinicPortal.Modules.Associations.Domain;
using ClinicPortal.Modules.Notifications.Contracts;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Work;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace ClinicPortal.Modules.Associations.Remind;

internal sealed record Reminder(Guid Clinic);

/// <summary>Writes to the clinic's contact what is still to be done. What has been done meanwhile is left out, and nothing is sent when all is.</summary>
internal sealed class RemindClinic(
    AssociationsDbContext db, OnboardingProgress progress, IMailGateway mails, ITenantResolver tenants, IStringLocalizer<AssociationsText> text, AuditTrail audit,
    TimeProvider clock) : IWorkHandler
{
    public static string Kind => "associations.remind-clinic";

    public static bool IsSlow => true;

    /// <param name="occasion">A second reminder for the same one is not written.</param>
    public static WorkItem Of(TenantInfo tenant, Guid clinic, string occasion, DateTimeOffset now) =>
        WorkItem.For(Kind, new TenantId(tenant.Id), new Reminder(clinic), $"{Kind}:{clinic}:{occasion}", now);

    public async Task HandleAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var id = item.Read<Reminder>().Clinic;
        if (await db.Clinics.AsNoTracking().SingleOrDefaultAsync(c => c.Id == id, cancellationToken) is not { ContactEmail: { } email, ContactName: { } name } clinic)
        {
            return;
        }
        var steps = (await progress.ReadAsync(id, cancellationToken))[id];
        if (steps.All(s => s.IsDone))
        {
            return;
        }
        var tenant = tenants.ById(clinic.TenantId)!;
        var (subject, body) = BothLanguages.Of(() => Words(clinic, name, steps, tenant));
        await mails.SendAsync(new Mail(email, subject, body, item.Id), cancellationToken);
        var now = clock.GetUtcNow();
        if (await db.Watches.SingleOrDefaultAsync(w => w.ClinicId == id, cancellationToken) is not { } watch)
        {
            db.Watches.Add(watch = new OnboardingWatch(clinic.TenantId, id, steps.Count(s => s.IsDone), now));
        }
        watch.NoteReminder(now);
        await db.SaveChangesAsync(cancellationToken);
        audit.Changed(clinic.TenantId, "onboarding-reminder", id);
    }

    private (string Subject, string Text) Words(MemberClinic clinic, string name, IReadOnlyList<StepState> steps, TenantInfo tenant)
    {
        var open = string.Join('\n', steps.Where(s => !s.IsDone).Select(s => "- " + text[$"OnboardingStep.{s.Step}"].Value));
        return (
            text["Reminder.Subject", tenant.Name.ToString()],
            text["Reminder.Text", clinic.Name, name, tenant.Name.ToString(), open, tenant.Settings.PhoneNumbers.PublicNumber]);
    }
}
