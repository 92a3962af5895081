namespace ClinicPortal.Shared.Tenancy.Closing;

/// <summary>How long rows are kept after an association has closed.</summary>
public enum Kept
{
    /// <summary>診療の記録: five years after the treatment has ended (療担規則 9 条).</summary>
    Charts,

    /// <summary>帳簿書類: ten years. What nobody named as charts is kept as long.</summary>
    Books,
}

/// <summary>
/// A module's part of an association: what it hands over when the association closes, and which of its tables are charts.
/// That a table has rows of the association is seen by its <c>tenant_id</c>, so none is forgotten.
/// </summary>
public interface ITenantPart
{
    /// <summary>Its folder in the archive.</summary>
    string Name { get; }

    /// <summary>Tables, with their schema, that go when charts go; <c>schema.*</c> for all of a schema.</summary>
    IReadOnlyCollection<string> Charts => [];

    /// <summary>Tables without <c>tenant_id</c> whose rows hang on the association's, with the condition that finds them; <c>$1</c> is the association.</summary>
    IReadOnlyList<(string Table, string Condition)> Dependents => [];

    /// <summary>Tables of the association that the archive does not have, each with the reason; the manifest says so too.</summary>
    IReadOnlyDictionary<string, string> LeftOut => new Dictionary<string, string>();

    /// <summary>Writes its files, reading through the module's own context in the scope of this association.</summary>
    Task WriteAsync(TenantArchive archive, TenantInfo tenant, CancellationToken cancellationToken);
}
