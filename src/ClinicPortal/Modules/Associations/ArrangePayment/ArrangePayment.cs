using System.Text;
using System.Text.RegularExpressions;
using ClinicPortal.Modules.Associations.Checklist;
using ClinicPortal.Modules.Associations.Data;
using ClinicPortal.Modules.Associations.Domain;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Results;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Associations.ArrangePayment;

public sealed record PaymentInput(string? Recipient, string? PostalCode, string? Address, PaymentMethod? Method);

/// <param name="Shown">What was typed, or what is arranged.</param>
public sealed record PaymentModel(PaymentInput Shown, string Version, bool MayAct, FormState Form);

/// <summary>The form of where invoices go.</summary>
public sealed class ShowPayment(AssociationsDbContext db, OwnClinic own, CurrentUser user)
{
    public async Task<PaymentModel?> HandleAsync(FormState form, CancellationToken cancellationToken)
    {
        var id = own.Id;
        if (await db.Clinics.AsNoTracking().SingleOrDefaultAsync(c => c.Id == id, cancellationToken) is not { } clinic)
        {
            return null;
        }
        var shown = form.Values.Count > 0
            ? new PaymentInput(form.Value("recipient"), form.Value("postalCode"), form.Value("address"), Enum.TryParse<PaymentMethod>(form.Value("method"), out var method) ? method : null)
            : clinic.Payment is { } payment ? new PaymentInput(payment.Recipient, payment.PostalCode, payment.Address, payment.Method)
            : new PaymentInput(clinic.Name, null, clinic.Address, null);
        return new PaymentModel(shown, $"{clinic.Version}", user.IsAdministrator, form);
    }
}

/// <summary>The clinic says to whom invoices go and how it pays. Nothing is charged by this.</summary>
public sealed partial class ArrangePayment(AssociationsDbContext db, OwnClinic own, AuditTrail audit)
{
    private const int LongestRecipient = 100;
    private const int LongestAddress = 300;

    /// <param name="seen">The row version that the form showed.</param>
    public async Task<Result<Guid>> HandleAsync(PaymentInput input, uint? seen, CancellationToken cancellationToken)
    {
        var clinic = await own.ForAdministratorAsync(cancellationToken);
        if (!clinic.Succeeded)
        {
            return Result<Guid>.Refused(clinic.Errors);
        }
        if (clinic.Value.Version != seen)
        {
            return Error.Conflict("changed-meanwhile");
        }
        var postalCode = input.PostalCode?.Normalize(NormalizationForm.FormKC) ?? "";
        if (Check(input, postalCode).ToList() is { Count: > 0 } errors)
        {
            return Result<Guid>.Refused(errors);
        }
        var digits = postalCode.Replace("-", "", StringComparison.Ordinal);
        clinic.Value.Arrange(new PaymentArrangement(input.Recipient!, $"{digits[..3]}-{digits[3..]}", input.Address!, input.Method!.Value));
        await db.SaveChangesAsync(cancellationToken);
        audit.Changed(clinic.Value.TenantId, "member-clinic", clinic.Value.Id, "payment");
        return clinic.Value.Id;
    }

    private static IEnumerable<Error> Check(PaymentInput input, string postalCode)
    {
        if (input.Recipient is null or { Length: > LongestRecipient })
        {
            yield return input.Recipient is null ? Error.OnField("recipient", "required") : Error.OnField("recipient", "too-long", LongestRecipient);
        }
        if (!PostalCode().IsMatch(postalCode))
        {
            yield return Error.OnField("postalCode", "payment.not-a-postal-code");
        }
        if (input.Address is null or { Length: > LongestAddress })
        {
            yield return input.Address is null ? Error.OnField("address", "required") : Error.OnField("address", "too-long", LongestAddress);
        }
        if (input.Method is null)
        {
            yield return Error.OnField("method", "required");
        }
    }

    [GeneratedRegex("^[0-9]{3}-?[0-9]{4}$")]
    private static partial Regex PostalCode();
}
