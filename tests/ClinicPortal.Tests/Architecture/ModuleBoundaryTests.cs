using System.Text.RegularExpressions;
using ClinicPortal.Shared.Data;

namespace ClinicPortal.Tests.Architecture;

/// <summary>What may know what: a module only other modules' Contracts, in one direction; Shared and Ui no module.</summary>
public sealed partial class ModuleBoundaryTests
{
    /// <summary>Whose Contracts a module uses. A new line here is a decision about the architecture.</summary>
    private static readonly Dictionary<string, string[]> MayUse = new()
    {
        ["Associations"] = ["Identity", "Notifications"],
        ["Notifications"] = [],
        ["Identity"] = ["Notifications"],
        ["Roster"] = [],
        ["Patients"] = ["Associations", "Identity", "Notifications", "Roster"],
        ["Coverage"] = ["Associations", "Identity", "Notifications", "Patients"],
        ["NightDesk"] = ["Associations", "Identity", "Patients", "Coverage", "Roster"],
        ["Telehealth"] = ["NightDesk", "Associations", "Identity", "Patients", "Roster", "Notifications"],
        ["Visits"] = ["NightDesk", "Telehealth", "Associations", "Patients", "Roster"],
        ["Billing"] = ["Visits", "NightDesk", "Coverage", "Roster", "Associations", "Identity", "Notifications"],
    };

    private static readonly IReadOnlyList<(Type From, Type To)> References =
    [
        .. from type in typeof(PortalSession).Assembly.GetTypes()
           from referenced in TypeReferences.Of(type)
           where referenced.Assembly == type.Assembly
           select (type, referenced),
    ];

    [Fact]
    public void Modules_UseOnlyContractsOfOtherModules() => Violations.None(
        from reference in References
        let user = ModuleOf(reference.From)
        let used = ModuleOf(reference.To)
        where user is not null && used is not null && user != used && !IsContract(reference.To)
        select Said(reference));

    [Fact]
    public void Modules_UseOnlyTheModulesTheyMay() => Violations.None(
        from reference in References
        let user = ModuleOf(reference.From)
        let used = ModuleOf(reference.To)
        where user is not null && used is not null && user != used && !MayUse[user].Contains(used)
        select Said(reference));

    [Fact]
    public void AllowedUses_HaveNoCycle() => Assert.All(MayUse.Keys, module => Assert.DoesNotContain(module, Reachable(module)));

    [Fact]
    public void Contracts_DoNotExposeTheirModulesInside() => Violations.None(
        from reference in References
        let module = ModuleOf(reference.From)
        where module is not null && IsContract(reference.From) && ModuleOf(reference.To) == module && !IsContract(reference.To)
        select Said(reference));

    [Fact]
    public void Domain_KnowsNeitherDatabaseNorWeb() => Violations.None(
        from type in typeof(PortalSession).Assembly.GetTypes()
        where type.Namespace is { } space && Regex.IsMatch(space, @"^ClinicPortal\.Modules\.\w+\.Domain\b")
        from referenced in TypeReferences.Of(type)
        where referenced.Namespace is { } name && Regex.IsMatch(name, @"^(Microsoft\.(EntityFrameworkCore|AspNetCore)|Npgsql)\b")
        // The plain records of an account and of a passkey that ASP.NET Core Identity works on; despite their namespace they know no web.
        where referenced.Name is not ("IdentityUser`1" or "UserPasskeyInfo")
        select Said((type, referenced)));

    [Fact]
    public void Shared_KnowsNoModuleAndNotTheUi() => Violations.None(
        from reference in References
        where IsIn(reference.From, "ClinicPortal.Shared")
        where ModuleOf(reference.To) is not null || IsIn(reference.To, "ClinicPortal.Ui")
        select Said(reference));

    [Fact]
    public void Ui_KnowsNoModule() => Violations.None(
        from reference in References
        where IsIn(reference.From, "ClinicPortal.Ui") && ModuleOf(reference.To) is not null
        select Said(reference));

    [Fact]
    public void EveryModule_HasItsLineInTheListOfUses() => Violations.None(
        SourceFile.All.Select(f => f.Module).OfType<string>().Distinct().Except(MayUse.Keys));

    [Fact]
    public void Migrations_NameOnlyTheirOwnSchemaAndApp() => Violations.None(
        from file in SourceFile.Sql
        from Match match in QualifiedName().Matches(file.Code)
        let schema = match.Groups[1].Value
        where MayUse.Keys.Any(m => m.Equals(schema, StringComparison.OrdinalIgnoreCase))
        where !schema.Equals(file.Module, StringComparison.OrdinalIgnoreCase)
        select $"{file.Path}: {match.Value}");

    [Fact]
    public void Code_QueriesOnlyItsOwnSchemaAndApp() => Violations.None(
        from file in SourceFile.CSharp
        from Match match in QueriedName().Matches(file.Code)
        let schema = match.Groups[1].Value
        where MayUse.Keys.Any(m => m.Equals(schema, StringComparison.OrdinalIgnoreCase))
        where !schema.Equals(file.Module, StringComparison.OrdinalIgnoreCase)
        select $"{file.Path}: {match.Value}");

    private static HashSet<string> Reachable(string module)
    {
        var reached = new HashSet<string>();
        var open = new Stack<string>(MayUse[module]);
        while (open.TryPop(out var next))
        {
            if (reached.Add(next))
            {
                foreach (var further in MayUse[next])
                {
                    open.Push(further);
                }
            }
        }
        return reached;
    }

    private static string? ModuleOf(Type type) =>
        type.Namespace is { } space && ModuleNamespace().Match(space) is { Success: true } match ? match.Groups[1].Value : null;

    private static bool IsContract(Type type) => IsIn(type, $"ClinicPortal.Modules.{ModuleOf(type)}.Contracts");

    private static bool IsIn(Type type, string space) =>
        type.Namespace == space || type.Namespace?.StartsWith(space + ".", StringComparison.Ordinal) == true;

    private static string Said((Type From, Type To) reference) => $"{reference.From.FullName} → {reference.To.FullName}";

    [GeneratedRegex(@"^ClinicPortal\.Modules\.(\w+)")]
    private static partial Regex ModuleNamespace();

    [GeneratedRegex(@"\b([a-z]+)\.[a-z_]+\b")]
    private static partial Regex QualifiedName();

    [GeneratedRegex(@"\b(?:FROM|JOIN|INTO|UPDATE|TABLE|ONLY|REFERENCES|COPY)\s+([a-z]+)\.[a-z_]+\b")]
    private static partial Regex QueriedName();
}
