using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Closing;
using Npgsql;

namespace ClinicPortal.Modules.Identity;

/// <summary>
/// Who worked for a closing association, in which role and how long, who was invited, and what machines and links had access; nothing that
/// opens any of them. Most of these tables are outside row-level security, so the association is asked for by name here.
/// </summary>
internal sealed class IdentityPart(PortalSession session) : ITenantPart
{
    /// <summary>The association, its clinics and facilities, as far as anybody worked for them or was to.</summary>
    private const string Organisations = """
        SELECT organisation_id FROM identity.membership WHERE tenant_id = $1 UNION SELECT organisation_id FROM identity.invitation WHERE tenant_id = $1
        UNION SELECT organisation_id FROM identity.api_key WHERE tenant_id = $1
        """;

    private static readonly (string Table, string Query)[] Tables =
    [
        ("membership", """
            SELECT m.id, account_id, a.display_name AS name, a.user_name AS email, role, administrator, organisation_name AS organisation, organisation_kind, organisation_id,
                   valid_from, valid_until
            FROM identity.membership m JOIN identity.account a ON a.id = account_id WHERE tenant_id = $1 ORDER BY valid_from, m.id
            """),
        ("invitation", """
            SELECT id, email, organisation_kind, organisation_id, organisation_name, role, administrator, invited_by, invited_by_name, created_at, expires_at, sending,
                   revoked_at, accepted_at
            FROM identity.invitation WHERE tenant_id = $1 ORDER BY id
            """),
        ("organisation_event", $"SELECT * FROM identity.organisation_event WHERE organisation_id IN ({Organisations}) ORDER BY at, id"),
        ("api_key", """
            SELECT id, prefix, account_id, display_name, organisation_kind, organisation_id, role, read_only, created_by_name, created_at, expires_at, revoked_at, last_used_at
            FROM identity.api_key WHERE tenant_id = $1 ORDER BY id
            """),
        ("trusted_client", "SELECT * FROM identity.trusted_client WHERE tenant_id = $1 ORDER BY id"),
        ("visitor_link", """
            SELECT id, purpose, subject_id, created_at, created_by_name, expires_at, tries, used_at, revoked_at FROM identity.visitor_link WHERE tenant_id = $1 ORDER BY created_at, id
            """),
        ("outside_provider", """
            SELECT id, issuer, client_id, domains, second_factor_values, button_ja, button_en, offered FROM identity.outside_provider WHERE tenant_id = $1
            """),
        ("outside_link", "SELECT * FROM identity.outside_link WHERE tenant_id = $1 ORDER BY linked_at, id"),
    ];

    public string Name => "identity";

    public IReadOnlyList<(string Table, string Condition)> Dependents { get; } =
    [
        ("identity.session", "membership_id IN (SELECT id FROM identity.membership WHERE tenant_id = $1)"),
        ("identity.handover_code", "membership_id IN (SELECT id FROM identity.membership WHERE tenant_id = $1)"),
        ("identity.organisation_event", $"organisation_id IN ({Organisations})"),
    ];

    public IReadOnlyDictionary<string, string> LeftOut { get; } = new Dictionary<string, string>
    {
        ["identity.outside_request"] = "sign-ins that are under way, for minutes",
    };

    public async Task WriteAsync(TenantArchive archive, TenantInfo tenant, CancellationToken cancellationToken)
    {
        foreach (var (table, query) in Tables)
        {
            await using var command = new NpgsqlCommand(query, await session.ConnectionAsync(cancellationToken)) { Parameters = { new() { Value = tenant.Id } } };
            await archive.AddTableAsync($"data/identity/{table}.csv", command, cancellationToken);
        }
    }
}
