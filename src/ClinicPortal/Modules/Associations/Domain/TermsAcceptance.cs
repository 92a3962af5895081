using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Tenancy.Settings;

namespace ClinicPortal.Modules.Associations.Domain;

/// <summary>Somebody accepted one version of one document for a clinic. Never changed; a new version is accepted anew.</summary>
public sealed class TermsAcceptance : ITenantOwned
{
    public TermsAcceptance(MemberClinic clinic, TermsVersion terms, CurrentUser by, DateTimeOffset now)
    {
        TenantId = clinic.TenantId;
        Id = Guid.CreateVersion7(now);
        ClinicId = clinic.Id;
        Document = terms.Document;
        Version = terms.Version;
        Sha256 = terms.Sha256;
        At = now;
        ById = by.Id;
        ByName = by.Name;
    }

    private TermsAcceptance()
    {
    }

    public Guid TenantId { get; private set; }

    public Guid Id { get; private set; }

    public Guid ClinicId { get; private set; }

    public TermsDocument Document { get; private set; }

    public string Version { get; private set; } = "";

    /// <summary>Of the text that was shown.</summary>
    public string Sha256 { get; private set; } = "";

    public DateTimeOffset At { get; private set; }

    public Guid ById { get; private set; }

    public string ByName { get; private set; } = "";
}
