using ClinicPortal.IntegrationTests.Routes;
using ClinicPortal.Shared.Access;

namespace ClinicPortal.IntegrationTests.Walls;

/// <summary>What the matrix says of one route.</summary>
/// <param name="Host">The kind of host that has it: <c>any</c>, <c>place</c> (associations and desks) or <c>sign-in</c>.</param>
/// <param name="Cells">By role; <see cref="RouteMatrix.Nobody"/> is who is not signed in.</param>
/// <param name="Records">For each parameter of the address the table whose ids stand there.</param>
internal sealed record MatrixLine(
    string Method, string Pattern, string Host, IReadOnlyDictionary<string, string> Cells, IReadOnlyDictionary<string, string> Records)
{
    public string Route => $"{Method} {Pattern}";

    public bool IsAnonymous => Cells[RouteMatrix.Nobody] == Cell.Yes;

    public override string ToString() => Route;
}

/// <summary>What a role may; the words are explained in the file.</summary>
internal static class Cell
{
    public const string Yes = "yes";
    public const string Own = "own";
    public const string Some = "some";
    public const string Pair = "pair";
    public const string Admin = "adm";
    public const string No = "-";

    public static IReadOnlyList<string> All { get; } = [Yes, Own, Some, Pair, Admin, No];
}

/// <summary>The matrix of routes and roles, <c>matrix.txt</c>: reviewed by people, held by tests.</summary>
internal static class RouteMatrix
{
    public const string Nobody = "nobody";


    /// <summary>In the order of the columns.</summary>
    public static IReadOnlyList<string> Columns { get; } =
    [
        Nobody, Roles.Secretariat, Roles.ClinicDoctor, Roles.ClinicStaff, Roles.DeskOperator, Roles.NightDoctor, Roles.Driver, Roles.FacilityStaff,
        Roles.PlatformOperator,
    ];

    public static IReadOnlyList<MatrixLine> Read()
    {
        using var stream = typeof(RouteMatrix).Assembly.GetManifestResourceStream("matrix.txt")!;
        using var reader = new StreamReader(stream);
        return [.. reader.ReadToEnd().Split('\n').Select(l => l.Trim()).Where(l => l.Length > 0 && l[0] != '#').Select(Parse)];
    }

    /// <summary>The line that a route without one would have by its policy alone: to be judged by whoever adds it.</summary>
    public static string Suggest(PortalRoute route)
    {
        var cells = Columns.Select(column => column == Nobody
            ? route.IsAnonymous ? Cell.Yes : Cell.No
            : route.IsAnonymous || route.AllowedRoles is null or { Count: 0 } || route.AllowedRoles.Contains(column)
                ? route.Pattern.Contains(":guid", StringComparison.Ordinal) ? Cell.Own : Cell.Yes : Cell.No);
        return $"{route.Method,-5} {route.Pattern,-48} place    {string.Join(' ', cells.Select(c => $"{c,-4}"))}";
    }

    private static MatrixLine Parse(string line)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var cells = words[3..(3 + Columns.Count)];
        Assert.True(cells.All(Cell.All.Contains), $"Not a cell: {line}");
        Assert.True(words[2] is "any" or "place" or "sign-in", $"Not a host: {line}");
        return new MatrixLine(
            words[0], words[1], words[2], Columns.Zip(cells).ToDictionary(c => c.First, c => c.Second),
            words[(3 + Columns.Count)..].Select(w => w.Split('=')).ToDictionary(w => w[0], w => w[1]));
    }
}
