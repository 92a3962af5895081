using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Tenancy;

namespace ClinicPortal.Ui.Layout;

/// <summary>Screens of one matter, which share a menu in the top bar; the text of the menu is <c>Navigation.…</c>.</summary>
public enum NavigationGroup
{
    OnlineConsultation,
    Accounting,
}

/// <summary>A main screen in the top bar. Modules register theirs; the layout shows those that are for the person on this host.</summary>
/// <param name="Order">Position from the left; a menu is where its first screen is.</param>
/// <param name="Group">The menu it is in where it is not the only one of it that the person has.</param>
public sealed record NavigationItem(
    int Order, string Path, Func<string> Label, Func<CurrentUser, PortalHost, bool> IsFor, NavigationGroup? Group = null);
