/** Which address shows which page. All but the first page load when they are asked for. */
import { lazy } from "react";
import { createBrowserRouter, Navigate, useLocation } from "react-router";

import { Shell } from "../components/Shell";
import { EnvironmentsPage } from "../pages/EnvironmentsPage";
import { NotFoundPage } from "../pages/NotFoundPage";

const EnvironmentPage = lazy(async () => ({
  default: (await import("../pages/EnvironmentPage")).EnvironmentPage,
}));
const NodesPage = lazy(async () => ({
  default: (await import("../pages/NodesPage")).NodesPage,
}));
const NodePage = lazy(async () => ({
  default: (await import("../pages/NodePage")).NodePage,
}));
const ActivityPage = lazy(async () => ({
  default: (await import("../pages/ActivityPage")).ActivityPage,
}));
const FindPage = lazy(async () => ({
  default: (await import("../pages/FindPage")).FindPage,
}));
const OperationPage = lazy(async () => ({
  default: (await import("../pages/OperationPage")).OperationPage,
}));
const CreatePage = lazy(async () => ({
  default: (await import("../pages/create/CreatePage")).CreatePage,
}));
const EditPage = lazy(async () => ({
  default: (await import("../pages/edit/EditPage")).EditPage,
}));

/** The bare address leads to the list, with whatever is asked of it. */
function Home() {
  const { search } = useLocation();
  return <Navigate to={`/environments${search}`} replace />;
}

export function createRoutes() {
  return createBrowserRouter([
    {
      element: <Shell />,
      children: [
        { index: true, element: <Home /> },
        { path: "environments", element: <EnvironmentsPage /> },
        { path: "environments/:name", element: <EnvironmentPage /> },
        { path: "nodes", element: <NodesPage /> },
        { path: "nodes/:name", element: <NodePage /> },
        { path: "find", element: <FindPage /> },
        { path: "activity", element: <ActivityPage /> },
        { path: "operations/:operation", element: <OperationPage /> },
        { path: "environments/:name/edit", element: <EditPage /> },
        { path: "create", element: <CreatePage /> },
        { path: "*", element: <NotFoundPage /> },
      ],
    },
  ]);
}
