namespace ClinicPortal.Shared.Tenancy;

/// <summary>The <c>tenants/</c> folder of this installation: configured, or the nearest one above the application.</summary>
public sealed class TenantFiles(IConfiguration configuration, IHostEnvironment environment)
{
    public string Root { get; } = configuration["TenantsDirectory"] ?? Nearest(environment.ContentRootPath);

    public string? Logo(string identifier)
    {
        var path = Path.Combine(Root, identifier, "logo.svg");
        return File.Exists(path) ? path : null;
    }

    private static string Nearest(string from)
    {
        for (var folder = new DirectoryInfo(from); folder is not null; folder = folder.Parent)
        {
            var candidate = Path.Combine(folder.FullName, "tenants");
            if (Directory.Exists(candidate))
            {
                return candidate;
            }
        }
        throw new InvalidOperationException("No tenants folder was found above the application; set TenantsDirectory.");
    }
}
