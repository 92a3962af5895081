using ClinicPortal.Modules.Identity.Access;
using ClinicPortal.Modules.Identity.Data;
using ClinicPortal.Modules.Identity.Domain;
using ClinicPortal.Modules.Notifications.Contracts;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Work;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace ClinicPortal.Modules.Identity.ForgotPassword;

/// <param name="Account">None when nobody has the address that was typed.</param>
internal sealed record ForgottenPassword(Guid? Account);

/// <summary>Writes the mail with the link to a new password. A link that was sent before is worth nothing any more.</summary>
internal sealed class MailNewPassword(
    IdentityDb db, IMailGateway mails, HostAddresses addresses, IStringLocalizer<IdentityText> text, TimeProvider clock) : IWorkHandler
{
    /// <summary>However often it is asked for, one mail within this time.</summary>
    private static readonly TimeSpan OneMailIn = TimeSpan.FromMinutes(2);

    public static string Kind => "identity.forgotten-password";

    public static bool IsSlow => true;

    public static WorkItem Of(Guid? account, string typed, DateTimeOffset now) => WorkItem.For(
        Kind, null, new ForgottenPassword(account), $"{Kind}:{StableId.Of("address", typed)}:{now.Ticks / OneMailIn.Ticks}", now);

    public async Task HandleAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var expiresAt = item.CreatedAt + PasswordReset.Lifetime;
        if (item.Read<ForgottenPassword>().Account is not { } id || expiresAt <= clock.GetUtcNow()
            || await db.Accounts.AsNoTracking().SingleOrDefaultAsync(a => a.Id == id, cancellationToken) is not { DisabledAt: null } account)
        {
            return;
        }
        var code = Secret.New();
        await db.PasswordResets.Where(r => r.AccountId == id).ExecuteDeleteAsync(cancellationToken);
        db.PasswordResets.Add(new PasswordReset(Secret.Sha256(code), id, expiresAt));
        await db.SaveChangesAsync(cancellationToken);
        var link = $"{addresses.InMails("")}{ForgotPasswordEndpoints.NewPasswordPath}?code={code}";
        var (subject, body) = BothLanguages.Of(() => Words(account, link));
        await mails.SendAsync(new Mail(account.UserName!, subject, body, item.Id), cancellationToken);
    }

    private (string Subject, string Text) Words(Account account, string link)
    {
        return (text["ForgottenMail.Subject"], text["ForgottenMail.Text", account.DisplayName, link, (int)PasswordReset.Lifetime.TotalMinutes]);
    }
}
