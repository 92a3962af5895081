using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using ClinicPortal.Modules.Billing.Data;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Modules.Billing.Dun;
using ClinicPortal.Modules.Billing.TakeGatewayEvent;
using ClinicPortal.Modules.Billing.Zengin;
using ClinicPortal.Modules.Identity.Contracts;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Billing.ConfigurePayments;

/// <param name="SecretKey">Null keeps the one that is stored; so does <paramref name="SigningSecret"/>.</param>
/// <param name="Days">督促 after how many days, separated by commas or blanks.</param>
/// <param name="Interest">Per cent a year, such as 3 or 14.6.</param>
public sealed record PaymentSettingsInput(
    bool GatewayEnabled, string? SecretKey, string? SigningSecret, bool Dunning, string? Days, string? Interest, string? DebtorCode, string? DebtorName, string? BankCode,
    string? BankName, string? BranchCode, string? BranchName, string? AccountKind, string? AccountNumber, uint? Version);

/// <param name="EventsAddress">What the payment service must be told.</param>
public sealed record PaymentSettingsModel(PaymentSetting? Setting, string EventsAddress, bool MayAct, FormState Form);

/// <summary>入金の設定: the association's own keys at the payment service, its account for direct debit, and reminders.</summary>
public sealed partial class ConfigurePaymentsHandler(
    BillingContext db, CurrentUser user, AuditTrail audit, PortalSession session, ITenantResolver tenants, IPortalAddresses addresses, TimeProvider clock)
{
    private const int LongestSecret = 300;
    private const int LongestDelayDays = 365;

    public async Task<PaymentSettingsModel> ShowAsync(FormState form, CancellationToken cancellationToken) => new(
        await db.PaymentSettings.AsNoTracking().SingleOrDefaultAsync(cancellationToken),
        new Uri(new Uri(addresses.InMails(tenants.ById(user.TenantId!.Value)!.Identifier)), TakeGatewayEvent.TakeGatewayEvent.Path).AbsoluteUri, user.IsAdministrator, form);

    public async Task<Result<Guid>> HandleAsync(PaymentSettingsInput input, CancellationToken cancellationToken)
    {
        if (!user.IsAdministrator)
        {
            return Error.Forbidden("forbidden");
        }
        var (tenantId, now) = (user.TenantId!.Value, clock.GetUtcNow());
        var setting = await db.PaymentSettings.SingleOrDefaultAsync(cancellationToken);
        if (setting?.Version != input.Version)
        {
            return Error.Conflict("changed-meanwhile");
        }
        var errors = new List<Error>();
        var (dunning, debtor) = (DunningOf(input, errors), DebtorOf(input, errors));
        CheckKeys(input, setting, errors);
        if (errors.Count > 0)
        {
            return Result<Guid>.Refused(errors);
        }
        if (setting is null)
        {
            db.PaymentSettings.Add(setting = PaymentSetting.For(tenantId, now));
        }
        setting.ConnectGateway(input.GatewayEnabled, input.SecretKey, input.SigningSecret);
        setting.Remind(dunning!);
        setting.DebitAs(debtor);
        await db.SaveChangesAsync(cancellationToken);
        session.Enqueue(LookAtReceivables.Next(tenants.ById(tenantId)!, now));
        audit.Changed(tenantId, "payment-setting", setting.Id);
        return setting.Id;
    }

    private static void CheckKeys(PaymentSettingsInput input, PaymentSetting? setting, List<Error> errors)
    {
        if (input.SecretKey is { } key && (key.Length > LongestSecret || !SecretKey().IsMatch(key)))
        {
            errors.Add(Error.OnField("secretKey", "payment-setting.secret-key"));
        }
        if (input.SigningSecret is { } secret && (secret.Length > LongestSecret || !SigningSecret().IsMatch(secret)))
        {
            errors.Add(Error.OnField("signingSecret", "payment-setting.signing-secret"));
        }
        if (input.GatewayEnabled && (input.SecretKey ?? setting?.SealedSecretKey?.Value) is null)
        {
            errors.Add(Error.OnField("secretKey", "required"));
        }
    }

    private static Dunning? DunningOf(PaymentSettingsInput input, List<Error> errors)
    {
        var days = new List<int>();
        foreach (var word in (input.Days ?? "").Normalize(NormalizationForm.FormKC).Split([',', '、', ' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries))
        {
            days.Add(int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var day) && day is > 0 and <= LongestDelayDays ? day : 0);
        }
        if (days.Count > Dunning.MostSteps || days.Contains(0) || (input.Dunning && days.Count == 0))
        {
            errors.Add(Error.OnField("days", "payment-setting.days", Dunning.MostSteps, LongestDelayDays));
        }
        var percent = 0m;
        if (input.Interest is { } written && (!decimal.TryParse(written.Normalize(NormalizationForm.FormKC), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out percent)
            || percent is < 0 or > 20 || decimal.Truncate(percent * 10) != percent * 10))
        {
            errors.Add(Error.OnField("interest", "payment-setting.interest"));
        }
        return errors.Count > 0 ? null : new Dunning(input.Dunning, [.. days.Distinct().Order()], (int)(percent * 10));
    }

    private static DebtorAccount? DebtorOf(PaymentSettingsInput input, List<Error> errors)
    {
        if (new[] { input.DebtorCode, input.DebtorName, input.BankCode, input.BranchCode, input.AccountNumber }.All(text => text is null))
        {
            return null;
        }
        BankFields.Digits("debtorCode", input.DebtorCode, 10, errors);
        BankFields.Digits("bankCode", input.BankCode, 4, errors);
        BankFields.Digits("branchCode", input.BranchCode, 3, errors);
        BankFields.Digits("accountNumber", input.AccountNumber, 7, errors);
        var (name, bank, branch) = (BankFields.Kana("debtorName", input.DebtorName, 40, errors), BankFields.Kana("bankName", input.BankName, 15, errors), BankFields.Kana("branchName", input.BranchName, 15, errors));
        return errors.Count > 0 ? null : new DebtorAccount(
            input.DebtorCode!, name, input.BankCode!, bank, input.BranchCode!, branch, input.AccountKind is "2" ? "2" : "1", input.AccountNumber!);
    }

    [GeneratedRegex("^(sk|rk)_(test|live)_[A-Za-z0-9_]+$")]
    private static partial Regex SecretKey();

    [GeneratedRegex("^whsec_[A-Za-z0-9+/=_]+$")]
    private static partial Regex SigningSecret();
}

/// <summary>Fields of accounts as the banks' files have them.</summary>
internal static class BankFields
{
    public static void Digits(string field, string? text, int count, List<Error> errors)
    {
        if (text is null || text.Length != count || !text.All(char.IsAsciiDigit))
        {
            errors.Add(Error.OnField(field, "bank.digits", count));
        }
    }

    /// <returns>In half-width kana.</returns>
    public static string Kana(string field, string? text, int most, List<Error> errors)
    {
        if (text is not null && ZenginText.TryWrite(text, out var written) && written.Length <= most)
        {
            return written;
        }
        errors.Add(Error.OnField(field, "bank.kana", most));
        return "";
    }
}
