using System.Text.RegularExpressions;

namespace ClinicPortal.Tests.Architecture;

/// <summary>Sentences that must not be written anywhere, because a wall or a clock would stand open.</summary>
public sealed partial class ForbiddenCodeTests
{
    [Fact]
    public void OnlyTenancy_WritesTheScope() => Violations.None(
        SourceFile.Matches(SourceFile.All.Where(f => !f.Path.StartsWith("ClinicPortal/Shared/Tenancy/", StringComparison.Ordinal)), WritesScope()));

    [Fact]
    public void OnlyTenancyAndTheScopeFunction_KnowTheSetting() => Assert.Equal(
        ["ClinicPortal/Shared/Data/Migrations/0001_app.sql", "ClinicPortal/Shared/Tenancy/TenantScope.cs"],
        SourceFile.All.Where(f => f.Code.Contains("app.tenants", StringComparison.Ordinal)).Select(f => f.Path).Order(StringComparer.Ordinal));

    [Fact]
    public void PooledConnections_AreAlwaysReset() => Violations.None(SourceFile.Matches(SourceFile.All, KeepsSession()));

    [Fact]
    public void NoFunction_RunsWithItsOwnersRights() => Violations.None(SourceFile.Matches(SourceFile.All, SecurityDefiner()));

    [Fact]
    public void NothingButTheFilterItself_NamesARoleThatPassesRowSecurity() => Violations.None(SourceFile.Matches(SourceFile.All, BypassesRowSecurity()));

    [Fact]
    public void Time_ComesFromTheTimeProvider() => Violations.None(SourceFile.Matches(SourceFile.CSharp, OwnClock()));

    [Fact]
    public void LiftedTenantFilter_SaysSoInItsName() => Violations.None(
        from file in SourceFile.CSharp
        where file.Code.Contains("IgnoreQueryFilters", StringComparison.Ordinal) && !file.Code.Contains("Unfiltered", StringComparison.Ordinal)
        select file.Path);

    [GeneratedRegex(@"set_config\s*\(|\bSET\s+(LOCAL\s+|SESSION\s+)?app\.\w+", RegexOptions.IgnoreCase)]
    private static partial Regex WritesScope();

    [GeneratedRegex(@"No\s*Reset\s*On\s*Close\s*""?\]?\s*=\s*""?\s*true", RegexOptions.IgnoreCase)]
    private static partial Regex KeepsSession();

    [GeneratedRegex(@"SECURITY\s+DEFINER", RegexOptions.IgnoreCase)]
    private static partial Regex SecurityDefiner();

    [GeneratedRegex(@"(?<!NO)\bBYPASSRLS\b|\bNO\s+FORCE\s+ROW\b|\bDISABLE\s+ROW\s+LEVEL\b|\bSET\s+row_security\b", RegexOptions.IgnoreCase)]
    private static partial Regex BypassesRowSecurity();

    [GeneratedRegex(@"\b(DateTime|DateTimeOffset)\.(Utc)?Now\b|\bDateTime\.Today\b|\bTimeProvider\.System\.GetUtcNow\b")]
    private static partial Regex OwnClock();
}
