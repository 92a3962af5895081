using System.Text.RegularExpressions;
using ClinicPortal.Modules.Identity.Data;
using ClinicPortal.Modules.Identity.Domain;
using ClinicPortal.Modules.Identity.OutsideIssuers;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Results;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Identity.ConfigureProvider;

/// <param name="ClientSecret">Null keeps the one that is stored, as long as the issuer stays the same.</param>
/// <param name="Domains">Separated by blanks, commas or lines; so are <paramref name="SecondFactorValues"/>.</param>
/// <param name="Version">Of the settings that the form showed; none for the first ones.</param>
internal sealed record WrittenProvider(
    string? Issuer, string? ClientId, string? ClientSecret, string? Domains, string? SecondFactorValues, string? ButtonJa, string? ButtonEn, bool IsOffered, uint? Version);

/// <summary>The association's own provider, written down by an administrator of its secretariat.</summary>
internal sealed partial class ConfigureProviderHandler(
    OutsideSignInContext db, IssuerReader reader, CurrentUser user, AuditTrail audit, TimeProvider clock)
{
    private const string RecordKind = "outside-provider";
    private const int LongestText = 200;
    private const int LongestButton = 40;
    private const int MostValues = 20;

    public Task<OutsideProvider?> FindAsync(CancellationToken cancellationToken) => db.Providers.SingleOrDefaultAsync(cancellationToken);

    public async Task<Result<Guid>> HandleAsync(WrittenProvider written, CancellationToken cancellationToken)
    {
        if (user is not { IsAdministrator: true, TenantId: { } tenantId })
        {
            return Error.Forbidden("forbidden");
        }
        var domains = Values(written.Domains?.ToLowerInvariant());
        var factors = Values(written.SecondFactorValues);
        var errors = await WrongAsync(written, domains, factors, cancellationToken);
        if (errors.Count > 0)
        {
            return Result<Guid>.Refused(errors);
        }
        var provider = await FindAsync(cancellationToken);
        if (provider?.Version != written.Version)
        {
            return Error.Conflict("changed-meanwhile");
        }
        if (provider is null)
        {
            provider = new OutsideProvider(tenantId, clock.GetUtcNow());
            db.Providers.Add(provider);
        }
        // What was agreed with one issuer is not told to another.
        var kept = provider.Issuer == written.Issuer ? provider.ClientSecret : null;
        provider.Configure(
            written.Issuer!, written.ClientId!, written.ClientSecret is { } secret ? secret : kept, domains, factors, written.ButtonJa!,
            written.ButtonEn!, written.IsOffered);
        await db.SaveChangesAsync(cancellationToken);
        audit.Changed(tenantId, RecordKind, provider.Id);
        return provider.Id;
    }

    /// <summary>Asks the issuer that is stored what it publishes.</summary>
    public async Task<Result<Guid>> TestAsync(CancellationToken cancellationToken) =>
        !user.IsAdministrator ? Error.Forbidden("forbidden")
        : await FindAsync(cancellationToken) is not { } provider ? Error.OnField("issuer", "required")
        : await UnusableAsync(provider.Issuer, cancellationToken) is { } wrong ? wrong
        : provider.Id;

    private async Task<List<Error>> WrongAsync(WrittenProvider written, string[] domains, string[] factors, CancellationToken cancellationToken)
    {
        var errors = new List<Error>();
        foreach (var (field, value, longest) in new[]
        {
            ("issuer", written.Issuer, IssuerReader.LongestAddress), ("clientId", written.ClientId, LongestText), ("buttonJa", written.ButtonJa, LongestButton),
            ("buttonEn", written.ButtonEn, LongestButton),
        })
        {
            if (value is null)
            {
                errors.Add(Error.OnField(field, "required"));
            }
            else if (value.Length > longest)
            {
                errors.Add(Error.OnField(field, "too-long", longest));
            }
        }
        if (written.ClientSecret?.Length > LongestText)
        {
            errors.Add(Error.OnField("clientSecret", "too-long", LongestText));
        }
        if (domains.Length > MostValues || !domains.All(domain => domain.Length <= LongestText && Domain().IsMatch(domain)))
        {
            errors.Add(Error.OnField("domains", "outside-provider.domains"));
        }
        if (factors.Length > MostValues || !factors.All(factor => factor.Length <= LongestText))
        {
            errors.Add(Error.OnField("secondFactor", "too-long", LongestText));
        }
        if (written.Issuer is { } issuer && errors.All(e => e.Field != "issuer"))
        {
            // Before a button stands on the sign-in page its provider has answered.
            var wrong = written.IsOffered ? await UnusableAsync(issuer, cancellationToken) : reader.IsIssuer(issuer) ? null : Error.OnField("issuer", "issuer.address");
            errors.AddRange(wrong is null ? [] : [wrong]);
        }
        return errors;
    }

    private async Task<Error?> UnusableAsync(string issuer, CancellationToken cancellationToken)
    {
        var metadata = await reader.ReadAsync(issuer, cancellationToken);
        return !metadata.Succeeded ? metadata.Errors[0] with { Field = "issuer" }
            : reader.IsAddress(metadata.Value.Configuration.AuthorizationEndpoint) && reader.IsAddress(metadata.Value.Configuration.TokenEndpoint) ? null
            : Error.OnField("issuer", "issuer.endpoints");
    }

    private static string[] Values(string? text) =>
        text is null ? [] : [.. text.Split([' ', '　', ',', '、', '\n', '\r', '\t'], StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal)];

    [GeneratedRegex(@"^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\z", RegexOptions.NonBacktracking)]
    private static partial Regex Domain();
}
